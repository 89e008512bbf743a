import type { GetStaticPaths, GetStaticProps } from 'next'
import Link from 'next/link'
import { PageHeader } from '../../components/page-header.tsx'
import { PageTitle } from '../../components/page-title.tsx'
import { ask } from '../../lib/wire/ask.ts'
import { parseIssue } from '../../lib/wire/parse.ts'
import type { Issue } from '../../lib/wire/types.ts'

interface Props {
  readonly issue: Issue
  readonly renderedAt: string
}

const REVALIDATE = 60
/** The paper was not printed that year: the horn had been heard, and everyone wrote letters the year before. */
const MOVED: Readonly<Record<string, string>> = { '1912': '/archive/1911' }

export const getStaticPaths: GetStaticPaths = () => ({ paths: [], fallback: 'blocking' })

export const getStaticProps: GetStaticProps<Props, { year: string }> = async ({ params }) => {
  const year = params?.year ?? ''
  const moved = MOVED[year]
  if (moved !== undefined) return { redirect: { destination: moved, permanent: true }, revalidate: REVALIDATE }
  const response = await ask(`/archive/${encodeURIComponent(year)}`)
  if (response === undefined) return { notFound: true, revalidate: REVALIDATE }
  const issue = parseIssue(await response.json())
  return { props: { issue, renderedAt: new Date().toISOString() }, revalidate: REVALIDATE }
}

export default function IssuePage({ issue, renderedAt }: Props) {
  return (
    <>
      <PageTitle>{String(issue.year)}</PageTitle>
      <PageHeader title={`${issue.year}: ${issue.headline}`} intro={issue.note} renderedAt={renderedAt} />
      <p>
        <Link href="/archive">Back to the archive</Link>
      </p>
    </>
  )
}
