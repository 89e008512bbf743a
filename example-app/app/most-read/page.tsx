import { unstable_cache } from 'next/cache'
import Link from 'next/link'
import { PageHeader } from '../../components/page-header.tsx'
import { WireUnreachable } from '../../components/wire-unreachable.tsx'
import { askJson } from '../../lib/wire/ask.ts'
import { parseMostRead } from '../../lib/wire/parse.ts'
import { reach } from '../../lib/wire/reach.ts'
import type { Tag } from '../../lib/wire/tags.ts'
import styles from './most-read.module.css'

export const metadata = { title: 'Most read' }

/** Any function's result can be kept, not only a fetch's: here a ranking, for all instances together. */
const readRanking = unstable_cache(() => askJson('/most-read', parseMostRead), ['most-read'], {
  tags: ['most-read' satisfies Tag],
  revalidate: 20,
})

export default async function MostReadPage() {
  const ranking = await reach(readRanking)
  const renderedAt = new Date().toISOString()
  if (ranking.kind === 'unreachable') return <WireUnreachable title="Most read" renderedAt={renderedAt} />
  return (
    <>
      <PageHeader
        title="Most read"
        intro="What the island is reading, counted at most every twenty seconds."
        renderedAt={renderedAt}
      />
      <ol className={styles.ranking}>
        {ranking.value.map(({ slug, title, count }) => (
          <li key={slug}>
            <Link href={`/stories/${slug}`}>{title}</Link>
            <span className={styles.count}>{count.toLocaleString('en-GB')} readers</span>
          </li>
        ))}
      </ol>
    </>
  )
}
