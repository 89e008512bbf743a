import { dollarsFor, dollarsPerRequest } from '../prices.ts'
import { chart, type ChartOptions, type Series } from './chart.ts'
import type { Histogram } from './histogram.ts'
import { Counts, type Span } from './history.ts'
import { html, type Markup } from './html.ts'

/** What the charts show. */
export interface Shown {
  readonly spans: readonly Span[]
  /** What people call them together. */
  readonly name: string
  /** When counting began, in ms since the Unix epoch. */
  readonly since: number
  /** In ms since the Unix epoch, by the same clock. */
  readonly now: number
}

type Figure = readonly [name: string, value: string]

/** Answers, requests and what they cost, and how long both take: each a panel with figures and a chart. */
export function chartsOf(shown: Shown): Markup {
  const sum = new Counts()
  for (const { counts } of shown.spans) sum.addAll(counts)
  return html`${answersPanel(shown, sum)} ${costPanel(shown, sum)} ${cachePanel(shown, sum)} ${storePanel(shown, sum)}`
}

const panel = (title: string, figures: readonly Figure[], picture: Markup): Markup =>
  html`<section class="panel">
    <h2>${title}</h2>
    <dl class="figures">${figures.map(figure)}</dl>
    ${picture}
  </section>`

const figure = ([name, value]: Figure): Markup =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`

/** @param valuesOf What each column shows, by series. */
const picture = (
  { spans, name }: Shown,
  what: string,
  valuesOf: (counts: Counts) => readonly number[],
  options: Pick<ChartOptions, 'series' | 'format' | 'isLayered'>,
): Markup =>
  chart({
    label: `${name}: ${what}`,
    columns: spans.map(({ at, counts }) => ({ when: timeOf(at), values: valuesOf(counts) })),
    ends: [timeOf(spans[0]?.at ?? 0), 'now'],
    ...options,
  })

const ANSWERS: readonly Series[] = [
  { name: 'fresh', fill: 'fill-fresh' },
  { name: 'stale', fill: 'fill-stale' },
  { name: 'missed', fill: 'fill-expired' },
]

function answersPanel(shown: Shown, { fresh, stale, missed }: Counts): Markup {
  const [hits, all] = [fresh + stale, fresh + stale + missed]
  const figures: readonly Figure[] = [
    ['hit ratio', all === 0 ? '–' : `${((hits / all) * 100).toFixed(1)} %`],
    ['hits', whole(hits)],
    ['misses', whole(missed)],
  ]
  return panel(
    'Answers',
    figures,
    picture(shown, 'answers by what they were', answersOf, { series: ANSWERS, format: whole }),
  )
}

const answersOf = ({ fresh, stale, missed }: Counts): readonly number[] => [fresh, stale, missed]

const COSTS: readonly Series[] = [
  { name: 'reads', fill: 'fill-other' },
  { name: 'writes and listings', fill: 'fill-stale' },
]
const MINUTE_MS = 60_000
const MONTH_MS = 30 * 24 * 60 * MINUTE_MS

function costPanel(shown: Shown, { requests }: Counts): Markup {
  const { spans, since, now } = shown
  const countedMs = now - Math.max(since, spans[0]?.at ?? 0)
  const sent = Array.from(requests.values(), (counts) => counts.sent)
  const cost = dollarsFor(
    Object.fromEntries(Array.from(requests, ([operation, { answered }]) => [operation, answered])),
  )
  const figures: readonly Figure[] = [
    ['requests', whole(sent.reduce((sum, count) => sum + count, 0))],
    ['cost', dollars(cost)],
    ['a month, at this pace', countedMs < MINUTE_MS ? '–' : dollars((cost / countedMs) * MONTH_MS)],
  ]
  const costs = picture(shown, 'list price of the requests to S3', costsOf, { series: COSTS, format: dollars })
  return panel('Requests to S3', figures, html`${costs} ${sent.length > 0 && requestTable(requests)}`)
}

const requestTable = (requests: Counts['requests']): Markup =>
  html`<table>
    <caption>
      At the list prices of S3 Standard in us-east-1, storage and transfer aside
    </caption>
    <thead>
      <tr>
        <th scope="col">Operation</th>
        <th scope="col" class="number">Sent</th>
        <th scope="col" class="number">Failed</th>
        <th scope="col" class="number">Cost</th>
      </tr>
    </thead>
    <tbody>
      ${Array.from(
        requests,
        ([operation, { sent, answered, failed }]) =>
          html`<tr>
            <th scope="row">${operation}</th>
            <td class="number">${whole(sent)}</td>
            <td class="number">${whole(failed)}</td>
            <td class="number">${dollars(dollarsPerRequest(operation) * answered)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`

/** Reads are what costs as much as a GET, or nothing. */
function costsOf({ requests }: Counts): readonly number[] {
  let [reads, writes] = [0, 0]
  for (const [operation, { answered }] of requests) {
    const price = dollarsPerRequest(operation)
    if (price > dollarsPerRequest('GetObject')) writes += price * answered
    else reads += price * answered
  }
  return [reads, writes]
}

const QUANTILES: readonly Series[] = [
  { name: 'median', fill: 'fill-other' },
  { name: 'p95', fill: 'fill-light' },
]
const DURATIONS = { series: QUANTILES, format: milliseconds, isLayered: true }

function cachePanel(shown: Shown, { hitMs, missMs }: Counts): Markup {
  const figures = [...durationsOf('hits', hitMs), ...durationsOf('misses', missMs)]
  return panel('How long the cache takes', figures, picture(shown, 'how long hits took', hitsOf, DURATIONS))
}

function storePanel(shown: Shown, { requestMs }: Counts): Markup {
  const requests = picture(shown, 'how long requests to S3 took', requestsOf, DURATIONS)
  return panel('How long S3 takes', durationsOf('requests', requestMs), requests)
}

/** Histograms tell no more than what a duration is at most. */
function durationsOf(name: string, histogram: Histogram): readonly Figure[] {
  if (histogram.total === 0) return [[name, '–']]
  const [median = 0, p95 = 0] = quantilesOf(histogram)
  return [
    [`${name}, median`, `≤ ${milliseconds(median)}`],
    [`${name}, p95`, `≤ ${milliseconds(p95)}`],
  ]
}

const hitsOf = ({ hitMs }: Counts): readonly number[] => quantilesOf(hitMs)
const requestsOf = ({ requestMs }: Counts): readonly number[] => quantilesOf(requestMs)

const quantilesOf = (histogram: Histogram): readonly number[] => [
  histogram.quantile(0.5) ?? 0,
  histogram.quantile(0.95) ?? 0,
]

const whole = (value: number): string => value.toLocaleString('en')

/** Of small sums as many digits as tell something. */
function dollars(value: number): string {
  const digits = value >= 1 || value === 0 ? 2 : 1 - Math.floor(Math.log10(value))
  return `$${value.toFixed(Math.min(digits, 9))}`
}

function milliseconds(value: number): string {
  return value >= 1000 ? `${(value / 1000).toFixed(1)} s` : `${Number(value.toPrecision(2))} ms`
}

const timeOf = (at: number): string => new Date(at).toISOString().slice(11, 16)
