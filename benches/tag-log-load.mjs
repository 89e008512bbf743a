// A tag log of 100,000 tags under invalidations of a whole fleet: `node --expose-gc benches/tag-log-load.mjs [--write]`, after
// `pnpm build`.
import { setTimeout as sleep } from 'node:timers/promises'
import { startCalledProcess } from './lib/called-process.mjs'
import { number } from './lib/format.mjs'
import { startLocalS3Process } from './lib/local-s3-process.mjs'
import { median, quantile, timeOf } from './lib/measure.mjs'
import { table } from './lib/results.mjs'
import { runBench } from './lib/run-bench.mjs'
import { invalidateAll, tagLogAt } from './lib/tag-views.mjs'

const TAGS = 100_000
const BATCH_TAGS = 1000
const INSTANCES = 10
const SECONDS = 60
/** Each instance. */
const INVALIDATIONS_A_SECOND = 1
const TAG_REFRESH_MS = 1000
const COLD_START_EVERY_MS = 2000

Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local-secret' })

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

/** Ten instances, each a process, invalidate and look; meanwhile others start. */
async function underLoad({ server, log, tags, seconds }) {
  const { url, bucket } = server
  const instances = Array.from({ length: INSTANCES }, () => startCalledProcess('tag-log-instance.mjs'))
  const onAll = (call, args) => Promise.all(instances.map((instance, index) => instance.call(call, { index, ...args })))
  try {
    const fleet = { instances: INSTANCES, tags }
    await onAll('open', { ...fleet, server: { url, bucket }, tagRefreshMs: TAG_REFRESH_MS })
    const startsMs = []
    let invalidated = []
    let looks = []
    const requests = await server.countsOf(async () => {
      const forMs = seconds * 1000
      const [ended] = await Promise.all([
        onAll('invalidate', { ...fleet, forMs, everyMs: 1000 / INVALIDATIONS_A_SECOND }),
        startUntil(log, performance.now() + forMs, startsMs),
      ])
      invalidated = ended
      looks = await onAll('known', { counts: invalidated.map(({ length }) => length) })
    })
    const perSecond = (operation) => (requests[operation] ?? 0) / INSTANCES / seconds
    return {
      startsMs,
      acknowledgedMs: invalidated.flat().map(({ calledAt, acknowledgedAt }) => acknowledgedAt - calledAt),
      delaysMs: delaysOf(invalidated, looks),
      events: sumOf(looks.map(({ events }) => events)),
      objects: (await log.objects()).count,
      perSecond: { get: perSecond('GetObject'), list: perSecond('ListObjectsV2'), put: perSecond('PutObject') },
    }
  } finally {
    await Promise.all(instances.map((instance) => instance.stop()))
  }
}

/** From each acknowledgment until each other instance knew, which some do before it. */
function delaysOf(invalidated, looks) {
  return invalidated.flatMap((own, index) =>
    own.flatMap(({ acknowledgedAt }, count) =>
      looks
        .filter((_, other) => other !== index)
        .map(({ knownAt }) => Math.max(0, knownAt[index][count] - acknowledgedAt)),
    ),
  )
}

function sumOf(counts) {
  const sum = {}
  for (const [name, count] of counts.flatMap(Object.entries)) sum[name] = (sum[name] ?? 0) + count
  return sum
}

async function startUntil(log, until, startsMs) {
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
each in a process of its own, as is local-s3. A new instance starts every ${COLD_START_EVERY_MS / 1000} s.

${table(['', 'median', '99 %', 'longest'], rows)}

- ${acknowledgedMs.length} invalidations, ${events['compacted'] ?? 0} compactions, ${events['refresh-failed'] ?? 0} failed looks, ${events['compaction-failed'] ?? 0} failed compactions; ${objects} objects are left;
- an instance asks for ${number(perSecond.get, 2)} objects, lists ${number(perSecond.list, 2)} times and writes ${number(perSecond.put, 2)} objects a second, those that start included;
- a cold start takes ${number(median(startsMs) / idleStartMs, 2)} times as long as without invalidations.`
}

await runBench({ title: 'Tag log under load', measure, describe })
