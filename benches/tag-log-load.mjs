// A tag log of 100,000 tags under invalidations of a whole fleet: `node --expose-gc benches/tag-log-load.mjs [--write]`, after
// `pnpm build`.
import { claimsOfTagLogLoad } from './lib/asked-for.mjs'
import { startCalledProcess } from './lib/called-process.mjs'
import { number } from './lib/format.mjs'
import { startLocalS3Process } from './lib/local-s3-process.mjs'
import { median, quantile, timeOf } from './lib/measure.mjs'
import { table } from './lib/results.mjs'
import { runBench } from './lib/run-bench.mjs'
import { momentsOf, nowMs, onSchedule } from './lib/schedule.mjs'
import { invalidateAll, tagLogAt } from './lib/tag-views.mjs'

const TAGS = 100_000
const BATCH_TAGS = 1000
const INSTANCES = 10
const SECONDS = 60
/** Each instance. */
const INVALIDATIONS_A_SECOND = 1
const TAG_REFRESH_MS = 1000
const COLD_START_EVERY_MS = 2000
/** Until all instances know when the load begins. */
const LEAD_MS = 500

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
    await onAll('open', { server: { url, bucket }, tagRefreshMs: TAG_REFRESH_MS })
    let ended
    let countedSeconds
    const requests = await server.countsOf(async () => {
      const countedFrom = nowMs()
      const pace = { startAt: nowMs() + LEAD_MS, forMs: seconds * 1000 }
      const load = { ...pace, everyMs: 1000 / INVALIDATIONS_A_SECOND, instances: INSTANCES, tags }
      const [invalidated, starts] = await Promise.all([
        onAll('invalidate', { load }),
        onSchedule(momentsOf({ ...pace, everyMs: COLD_START_EVERY_MS }), () => coldStart(log)),
      ])
      ended = { startAt: pace.startAt, invalidated: invalidated.flat(), starts, looks: await onAll('known') }
      countedSeconds = (nowMs() - countedFrom) / 1000
    })
    const perSecond = (operation) => (requests[operation] ?? 0) / INSTANCES / countedSeconds
    return {
      ...summary(ended),
      objects: (await log.objects()).count,
      perSecond: { get: perSecond('GetObject'), list: perSecond('ListObjectsV2'), put: perSecond('PutObject') },
    }
  } finally {
    await Promise.all(instances.map((instance) => instance.stop()))
  }
}

function summary({ startAt, invalidated, starts, looks }) {
  const lastAt = Math.max(...invalidated.map(({ acknowledgedAt }) => acknowledgedAt))
  // From each acknowledgment until each other instance knew, which some do before it.
  const delaysMs = looks.flatMap(({ knownAt }, looking) =>
    invalidated
      .filter(({ tag, index }) => index !== looking && knownAt[tag] !== undefined)
      .map(({ tag, acknowledgedAt }) => Math.max(0, knownAt[tag] - acknowledgedAt)),
  )
  return {
    startsMs: starts.map(({ scheduledAt, endedAt }) => endedAt - scheduledAt),
    acknowledgedMs: invalidated.map(({ scheduledAt, acknowledgedAt }) => acknowledgedAt - scheduledAt),
    invalidationsPerSecond: (invalidated.length / (lastAt - startAt)) * 1000,
    delaysMs,
    lost: (INSTANCES - 1) * invalidated.length - delaysMs.length,
    events: sumOf(looks.map(({ events }) => events)),
  }
}

function sumOf(counts) {
  const sum = {}
  for (const [name, count] of counts.flatMap(Object.entries)) sum[name] = (sum[name] ?? 0) + count
  return sum
}

const row = (name, numbers) => [name, ...[0.5, 0.99, 1].map((part) => number(quantile(numbers, part), 1))]

function describe(results) {
  const { tags, seconds, idleStartMs, events, acknowledgedMs, delaysMs, startsMs, objects, perSecond } = results
  const rows = [
    row('acknowledgment of an invalidation, ms', acknowledgedMs),
    row('after it, until another instance knows, ms', delaysMs),
    row('cold start meanwhile, ms', startsMs),
  ]
  return `${number(tags)} tags; ${INSTANCES} instances, of which each invalidates ${INVALIDATIONS_A_SECOND} a second and looks every ${TAG_REFRESH_MS} ms, for ${seconds} s,
each in a process of its own, as is local-s3. A new instance starts every ${COLD_START_EVERY_MS / 1000} s. Invalidations and starts begin when they are
due, whether those before them have ended or not, and their times count from then.

${table(['', 'median', '99 %', 'longest'], rows)}

- ${number(results.invalidationsPerSecond, 2)} invalidations a second until the last was acknowledged: ${acknowledgedMs.length} in all, of which ${results.lost} times another instance did not learn;
- ${events['compacted'] ?? 0} compactions, ${events['refresh-failed'] ?? 0} failed looks, ${events['compaction-failed'] ?? 0} failed compactions; ${objects} objects are left;
- an instance asks for ${number(perSecond.get, 2)} objects, lists ${number(perSecond.list, 2)} times and writes ${number(perSecond.put, 2)} objects a second, those that start included;
- a cold start takes ${number(median(startsMs) / idleStartMs, 2)} times as long as without invalidations.`
}

await runBench({ title: 'Tag log under load', measure, describe, claims: claimsOfTagLogLoad })
