// A tag log of 100,000 tags under invalidations of a whole fleet: `node --expose-gc benches/tag-log-load.mjs [--write]`, after
// `pnpm build`.
import { setTimeout as sleep } from 'node:timers/promises'
import { number } from './lib/format.mjs'
import { startLocalS3Process } from './lib/local-s3-process.mjs'
import { median, quantile, timeOf } from './lib/measure.mjs'
import { table } from './lib/results.mjs'
import { runBench } from './lib/run-bench.mjs'
import { invalidateAll, tagLogAt, tagName } from './lib/tag-views.mjs'

const TAGS = 100_000
const BATCH_TAGS = 1000
const INSTANCES = 10
const SECONDS = 60
/** Each instance. */
const INVALIDATIONS_A_SECOND = 1
const TAG_REFRESH_MS = 1000
/** An instance under traffic looks whether its view is recent at every request. */
const REQUEST_EVERY_MS = 10
const COLD_START_EVERY_MS = 2000

Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local-secret' })

const marksOf = (tag) => ({ tags: [tag], addresses: [] })

async function measure({ quick }) {
  const [tags, seconds] = quick ? [1000, 3] : [TAGS, SECONDS]
  const server = await startLocalS3Process()
  try {
    const log = tagLogAt({ ...server, prefix: '' })
    await fill(log, tags)
    const idle = []
    for (let start = 0; start < 5; start++) idle.push(await coldStart(log))
    const load = await underLoad({ server, log, tags, seconds })
    return { tags, seconds, idleStartMs: median(idle), ...load }
  } finally {
    await server.stop()
  }
}

async function fill(log, tags) {
  await invalidateAll(log.open(), tags, Math.ceil(tags / BATCH_TAGS))
  if ((await log.objects()).count > 1) await log.compact()
}

async function coldStart(log) {
  return await timeOf(() => log.open().refresh())
}

/** Ten instances invalidate and look; meanwhile others start. */
async function underLoad({ server, log, tags, seconds }) {
  const seen = { events: {}, acknowledgedMs: [], delaysMs: [], startsMs: [] }
  const emit = ({ name }) => (seen.events[name] = (seen.events[name] ?? 0) + 1)
  const views = Array.from({ length: INSTANCES }, () => log.live(emit, TAG_REFRESH_MS))
  for (const view of views) await view.refresh()
  const requests = await server.countsOf(async () => {
    const until = performance.now() + seconds * 1000
    await Promise.all([
      ...views.map((view) => lookUntil(view, until)),
      ...views.map((view, index) => invalidateUntil({ view, views, index, tags, until, seen })),
      startUntil(log, until, seen),
    ])
  })
  const perSecond = (operation) => (requests[operation] ?? 0) / INSTANCES / seconds
  return {
    ...seen,
    objects: (await log.objects()).count,
    perSecond: { get: perSecond('GetObject'), list: perSecond('ListObjectsV2'), put: perSecond('PutObject') },
  }
}

async function lookUntil(view, until) {
  while (performance.now() < until) {
    await view.refresh()
    await sleep(REQUEST_EVERY_MS)
  }
}

async function invalidateUntil({ view, views, index, tags, until, seen }) {
  const spreads = []
  for (let count = 0; performance.now() < until; count++) {
    const tag = tagName((count * 7919 + index * 104_729) % tags)
    const known = views.map((other) => stampOf(other, tag))
    seen.acknowledgedMs.push(await timeOf(() => view.invalidate([`t:${tag}`])))
    const acknowledgedAt = performance.now()
    spreads.push(...views.map((other, place) => spreadTo({ other, tag, known: known[place], acknowledgedAt, seen })))
    await sleep(1000 / INVALIDATIONS_A_SECOND)
  }
  await Promise.all(spreads)
}

/** Until an instance knows of it, by its own looks. */
async function spreadTo({ other, tag, known, acknowledgedAt, seen }) {
  while (stampOf(other, tag) <= known) {
    if (performance.now() - acknowledgedAt > 10 * TAG_REFRESH_MS) throw new Error(`Nobody told an instance of ${tag}`)
    await sleep(REQUEST_EVERY_MS)
    await other.refresh()
  }
  seen.delaysMs.push(performance.now() - acknowledgedAt)
}

const stampOf = (view, tag) => view.about(marksOf(tag)).stored[0]?.state.hardAt ?? 0

async function startUntil(log, until, { startsMs }) {
  while (performance.now() < until) {
    startsMs.push(await coldStart(log))
    await sleep(COLD_START_EVERY_MS)
  }
}

const row = (name, numbers) => [name, ...[0.5, 0.99, 1].map((part) => number(quantile(numbers, part), 1))]

function describe({ tags, seconds, idleStartMs, events, acknowledgedMs, delaysMs, startsMs, objects, perSecond }) {
  const rows = [
    row('acknowledgment of an invalidation, ms', acknowledgedMs),
    row('after it, until another instance knows, ms', delaysMs),
    row('cold start meanwhile, ms', startsMs),
  ]
  return `${number(tags)} tags; ${INSTANCES} instances, of which each invalidates ${INVALIDATIONS_A_SECOND} a second and looks every ${TAG_REFRESH_MS} ms, for ${seconds} s,
all in one process; local-s3 in a process of its own. A new instance starts every ${COLD_START_EVERY_MS / 1000} s.

${table(['', 'median', '99 %', 'longest'], rows)}

- ${acknowledgedMs.length} invalidations, ${events['compacted'] ?? 0} compactions, ${events['refresh-failed'] ?? 0} failed looks, ${events['compaction-failed'] ?? 0} failed compactions; ${objects} objects are left;
- an instance asks for ${number(perSecond.get, 2)} objects, lists ${number(perSecond.list, 2)} times and writes ${number(perSecond.put, 2)} objects a second, those that start included;
- a cold start takes ${number(median(startsMs) / idleStartMs, 2)} times as long as without invalidations.`
}

await runBench({ title: 'Tag log under load', measure, describe })
