// What page views cost in requests to S3: `node --expose-gc benches/cost.mjs [--write]`, after `pnpm build`.
import { dollarsFor } from '../packages/s3-cache-handler/dist/lib/prices.js'
import { s3Env } from './lib/contestants.mjs'
import { startFleet } from './lib/fleet.mjs'
import { number } from './lib/format.mjs'
import { startLocalS3Process } from './lib/local-s3-process.mjs'
import { table } from './lib/results.mjs'
import { runBench } from './lib/run-bench.mjs'

const VIEWS_PER_SECOND = 100
/** Of the pages, as many have each tag. */
const GROUPS = 10
/** Long enough that no page becomes stale while it is looked at. */
const A_DAY = 86_400
const MILLION = 1e6

async function measure({ quick }) {
  const fleet = quick ? { instances: 2, pages: 20 } : { instances: 4, pages: 100 }
  const [warmMs, isrMs, revalidate, everyMs] = quick ? [2000, 2500, 1, 500] : [60_000, 240_000, 60, 10_000]
  const tagged = `warm, a tag of ${fleet.pages / GROUPS} pages invalidated every ${everyMs / 1000} s`
  const scenarios = [
    { name: 'warm hits only', revalidate: A_DAY, forMs: warmMs },
    { name: `ISR of ${revalidate} s`, revalidate, forMs: isrMs },
    { name: tagged, revalidate: A_DAY, forMs: warmMs, everyMs },
  ]
  const results = []
  for (const scenario of scenarios) results.push(await measureScenario(scenario, fleet))
  return { ...fleet, results }
}

/** Each with a bucket and a fleet of its own. */
async function measureScenario({ name, revalidate, forMs, everyMs }, { instances, pages }) {
  const s3 = await startLocalS3Process()
  const fleet = startFleet(instances, s3Env(s3))
  try {
    const traffic = { pages, perSecond: VIEWS_PER_SECOND, revalidate }
    // Each instance sees each page once, with the start and the first renders behind it.
    await fleet.views({ ...traffic, forMs: (instances * pages * 1000) / VIEWS_PER_SECOND })
    let served = { views: 0, renders: 0 }
    const invalidations = []
    const requests = await s3.countsOf(async () => {
      const timer = everyMs === undefined ? undefined : setInterval(invalidate, everyMs)
      served = await fleet.views({ ...traffic, forMs })
      clearInterval(timer)
      await Promise.all(invalidations)
    })
    return { name, forMs, ...served, invalidations: invalidations.length, requests }

    function invalidate() {
      invalidations.push(fleet.invalidate(`group-${invalidations.length % GROUPS}`))
    }
  } finally {
    await fleet.stop()
    await s3.stop()
  }
}

function describe({ instances, pages, results }) {
  const operations = [...new Set(results.flatMap(({ requests }) => Object.keys(requests)))]
  const rows = results.map(({ name, forMs, views, renders, invalidations, requests }) => {
    const scaled = (count) => (count / views) * MILLION
    const dollars = scaled(dollarsFor(requests))
    return [
      `${name} (${number(forMs / 1000)} s)`,
      number(scaled(renders)),
      number(scaled(invalidations)),
      ...operations.map((operation) => number(scaled(requests[operation] ?? 0))),
      `$${number(dollars, 3)}`,
    ]
  })
  const head = ['a million page views', 'renders', 'invalidations', ...operations, 'list price']
  return `${instances} instances, ${pages} pages, ${VIEWS_PER_SECOND} views a second: a million are ${number(MILLION / VIEWS_PER_SECOND / 3600, 1)} hours. Counted by local-s3 for as
long as each scenario says after a warm-up, with the handler's defaults, and scaled. An instance with traffic looks for invalidations
once a second whatever it serves: with more traffic that is shared by more views. Prices: S3 Standard in us-east-1,
$0.005 for 1,000 PUT and LIST, $0.0004 for 1,000 GET and HEAD (https://aws.amazon.com/s3/pricing/, 2025).

${table(head, rows)}`
}

await runBench({ title: 'Cost: S3 requests a million page views', measure, describe })
