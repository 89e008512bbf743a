import type { GetStaticProps } from 'next'
import Link from 'next/link'
import { PageHeader } from '../../components/page-header.tsx'
import { PageTitle } from '../../components/page-title.tsx'
import { WireUnreachable } from '../../components/wire-unreachable.tsx'
import styles from '../../styles/archive.module.css'
import { askJson } from '../../lib/wire/ask.ts'
import { parseArchive } from '../../lib/wire/parse.ts'
import { isUnreachableAtBuild } from '../../lib/wire/reach.ts'
import type { Issue } from '../../lib/wire/types.ts'

type Props = { renderedAt: string } & ({ kind: 'unreachable' } | { kind: 'reached'; issues: readonly Issue[] })

export const getStaticProps: GetStaticProps<Props> = async () => {
  const renderedAt = new Date().toISOString()
  try {
    const issues = await askJson('/archive', parseArchive)
    return { props: { kind: 'reached', issues, renderedAt }, revalidate: 30 }
  } catch (error) {
    if (!isUnreachableAtBuild(error)) throw error
    return { props: { kind: 'unreachable', renderedAt }, revalidate: 1 }
  }
}

export default function ArchivePage(props: Props) {
  return (
    <>
      <PageTitle>Archive</PageTitle>
      {props.kind === 'reached' ? (
        <Issues {...props} />
      ) : (
        <WireUnreachable title="Archive" renderedAt={props.renderedAt} />
      )}
    </>
  )
}

function Issues({ issues, renderedAt }: { issues: readonly Issue[]; renderedAt: string }) {
  return (
    <>
      <PageHeader
        title="Archive"
        intro="Front pages that the island still talks about. The older shelf is kept by Next’s Pages Router, in the same bucket."
        renderedAt={renderedAt}
      />
      <ol className={styles.issues}>
        {issues.map(({ year, headline }) => (
          <li key={year}>
            <span className={styles.year}>{year}</span>
            <Link href={`/archive/${year}`}>{headline}</Link>
          </li>
        ))}
      </ol>
    </>
  )
}
