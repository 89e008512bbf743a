import { PageHeader } from '../../components/page-header.tsx'
import { formatClock } from '../../lib/format.ts'
import { askJson } from '../../lib/wire/ask.ts'
import { parseLive } from '../../lib/wire/parse.ts'
import styles from './live.module.css'

export const dynamic = 'force-dynamic'
export const metadata = { title: 'Live from the quay' }

export default async function LivePage() {
  const lines = await askJson('/live', parseLive)
  return (
    <>
      <PageHeader
        title="Live from the quay"
        intro="The harbour office’s log, fetched for you alone. Nothing on this page is kept: each visit asks the origin."
        renderedAt={new Date().toISOString()}
      />
      <ol className={styles.log}>
        {lines.map(({ at, line }) => (
          <li key={at}>
            <time dateTime={at}>{formatClock(at)}</time>
            <p>{line}</p>
          </li>
        ))}
      </ol>
    </>
  )
}
