import { hostname } from 'node:os'
import { formatBytes } from '../format.ts'
import type { CacheSizes } from '../gauges.ts'
import { facts } from './facts.ts'
import { processHistory } from './history.ts'
import { html, type Markup } from './html.ts'
import { chartsOf } from './instance-charts.ts'
import { linkTo } from './links.ts'
import { metaLine } from './meta-line.ts'
import { exactly } from './moments.ts'
import type { Page } from './page.ts'
import type { ExploredCache, Visit } from './visit.ts'

/** How far back the charts go. */
const RANGES = {
  hour: { name: 'Last hour', count: 60, minutesEach: 1 },
  day: { name: 'Last day', count: 96, minutesEach: 15 },
} as const
type Range = keyof typeof RANGES

export function instanceView({ open, params }: Visit): Promise<Page> {
  const range: Range = params.get('range') === 'day' ? 'day' : 'hour'
  const { name, count, minutesEach } = RANGES[range]
  const history = processHistory()
  const shown = { spans: history.spans(count, minutesEach), name, since: history.since, now: history.now() }
  return Promise.resolve({
    title: 'This instance',
    part: 'instance',
    content: html`<div class="head">
        <h1>This instance</h1>
        ${metaLine([html`process ${process.pid} on ${hostname()}`, html`counting since ${exactly(history.since)}`])}
      </div>
      <p class="note">
        What all caches of this one process have done: another instance tells of itself. The explorer’s own requests to
        S3 count, too.
      </p>
      <nav aria-label="How far back">
        <ul>
          ${Object.keys(RANGES).map((each) => rangeItem(each as Range, each === range))}
        </ul>
      </nav>
      <div class="charts">${chartsOf(shown)}</div>
      <section class="panel">
        <h2>What it holds</h2>
        ${sizeFacts(open)}
      </section>`,
  })
}

const rangeItem = (range: Range, isCurrent: boolean): Markup =>
  html`<li>
    <a href="${linkTo('instance', { range })}" ${isCurrent && html`aria-current="true"`}>${RANGES[range].name}</a>
  </li>`

const SIZES: Readonly<Record<keyof CacheSizes, string>> = {
  memoryEntries: 'Entries in memory',
  memoryBytes: 'Their bytes',
  pendingEntries: 'Entries on their way to the store',
  pendingBytes: 'Their bytes',
  loads: 'Reads under way',
  pendingInvalidations: 'Invalidations that wait to be stored',
  knownEvents: 'Invalidations that are known',
  logObjects: 'Objects of the tag log',
  indexedEntries: 'Entries whose index is known',
  refreshes: 'Stale pages and values whose refreshing is known',
  useCacheMisses: 'Values of “use cache” that are being made',
  flights: 'Values that the data cache is making',
  presignedUrls: 'Presigned URLs that are kept',
}

function sizeFacts({ gauges }: ExploredCache): Markup {
  const sizes = gauges.read()
  return facts(
    Object.entries(SIZES).map(([name, label]) => {
      const size = sizes[name as keyof CacheSizes]
      return [label, name.endsWith('Bytes') ? formatBytes(size) : size.toLocaleString('en')] as const
    }),
  )
}
