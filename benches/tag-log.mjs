// What a tag log of many distinct tags costs: `node --expose-gc benches/tag-log.mjs [--write]`, after `pnpm build`.
import { number } from './lib/format.mjs'
import { bytesOf, startLocalS3Process } from './lib/local-s3-process.mjs'
import { collectGarbage, heapOf, median, timeAndBlockOf, timeOf } from './lib/measure.mjs'
import { table } from './lib/results.mjs'
import { runBench } from './lib/run-bench.mjs'
import { invalidateAll, tagLogAt, tagName } from './lib/tag-views.mjs'
import { inTurns } from './lib/throughput.mjs'

/** The first is measured twice: by how much the two differ is what the machine adds. */
const SIZES = [1000, 1000, 10_000, 100_000]
const BATCHES = 100
const VIEWS = 10
const COLD_STARTS = 11
const CHANGES = 153
/** The handler merges what is more than 16 objects. */
const MERGED_AFTER = 17
const UNCHANGED = 150
const LOOKS = 11
const READS = 20_000

Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local-secret' })

async function measure({ quick }) {
  const sizes = quick ? SIZES.map((size) => size / 10) : SIZES
  const [starts, changes, unchanged, looks] = quick ? [1, 2, 2, 1] : [COLD_STARTS, CHANGES, UNCHANGED, LOOKS]
  const server = await startLocalS3Process()
  try {
    const logs = []
    for (const [index, tags] of sizes.entries()) logs.push(await fill(server, `${index}/`, tags))
    // What is only loaded or compiled with the first views is not of a view.
    await coldStart(server, logs[0])
    for (const log of logs) Object.assign(log, await coldStart(server, log))
    // In turns, so that what else the machine does meets all alike.
    const measured = {
      starts: await inTurns(logs, starts, startAgain),
      changed: await inTurns(logs, changes, (log, round) => changed(server, log, round)),
      unchanged: await inTurns(logs, unchanged, ({ reader }) => refreshOf(server, reader)),
      looks: await inTurns(logs, looks, readNs),
    }
    return logs.map(({ tags, written, merged, bytes, heap, start }, index) => ({
      tags,
      written,
      merged,
      bytes,
      heap,
      start,
      startMs: median(measured.starts[index].map(({ ms }) => ms)),
      blockMs: median(measured.starts[index].map(({ blockMs }) => blockMs)),
      changed: summary(measured.changed[index]),
      unchanged: summary(measured.unchanged[index]),
      readNs: median(measured.looks[index]),
    }))
  } finally {
    await server.stop()
  }
}

/** Invalidates so many tags in batches, then merges the log, as the handler does both. */
async function fill(server, prefix, tags) {
  const log = tagLogAt({ ...server, prefix })
  const writer = log.open()
  const writeMs = await timeOf(() => invalidateAll(writer, tags, BATCHES))
  const { count: written } = await log.objects()
  const compactMs = await timeOf(() => log.compact())
  const { count: merged, bytes } = await log.objects()
  console.error(
    `${tags} tags: ${written} objects in ${Math.round(writeMs)} ms, merged to ${merged} in ${Math.round(compactMs)} ms`,
  )
  return { tags, log, writer, written, merged, bytes }
}

async function startAgain({ log }) {
  collectGarbage()
  // The first request after a collection pays for what it left to be swept.
  await log.objects()
  return timeAndBlockOf(() => started(log))
}

/** A view that knows all tags, what its way there cost, and what such a view keeps. */
async function coldStart(server, { log, tags }) {
  const views = await heapOf(async () => {
    const opened = []
    for (let view = 0; view < VIEWS; view++) opened.push(await started(log))
    return opened
  })
  const requests = await server.requestsOf(() => started(log))
  const [reader] = views.result
  const { of, stored } = reader.about({ tags: [tagName(tags - 1)], addresses: [] })
  if (of !== 'all' || stored.length !== 1) throw new Error('The view does not know all tags')
  return { reader, heap: views.bytes / VIEWS, start: { requests: requests.length, bytes: bytesOf(requests) } }
}

async function started(log) {
  const view = log.open()
  await view.refresh()
  return view
}

/** Another instance invalidates one known tag; then this one looks. */
async function changed(server, { log, writer, reader, tags }, round) {
  const tag = tagName((round * 7919) % tags)
  const hardAt = () => reader.about({ tags: [tag], addresses: [] }).stored[0]?.state.hardAt ?? 0
  const before = hardAt()
  await writer.invalidate([`t:${tag}`])
  const result = await refreshOf(server, reader)
  if (hardAt() <= before) throw new Error(`The refresh did not bring the invalidation of ${tag}`)
  if (round % MERGED_AFTER === MERGED_AFTER - 1) await log.compact()
  return result
}

async function refreshOf(server, reader) {
  let ms
  const requests = await server.requestsOf(async () => (ms = await timeOf(() => reader.refresh())))
  return { ms, requests }
}

function summary(measured) {
  return {
    ms: median(measured.map(({ ms }) => ms)),
    requests: median(measured.map(({ requests }) => requests.length)),
    bytes: median(measured.map(({ requests }) => bytesOf(requests))),
  }
}

/** The look-up that each read of an entry makes, in ns. */
function readNs({ reader, tags }) {
  const marks = Array.from({ length: 1000 }, (_, index) => ({
    tags: [tagName((index * 7919) % tags), `other-${index}`, '_N_T_/layout'],
    addresses: [`build/page//p/${index}`, `~all/page//p/${index}`],
  }))
  let found = 0
  const look = () => {
    for (let read = 0; read < READS; read++) found += reader.about(marks[read % marks.length]).stored.length
  }
  look()
  collectGarbage()
  const startedAt = performance.now()
  look()
  if (found !== 2 * READS) throw new Error('A known tag was not found')
  return ((performance.now() - startedAt) / READS) * 1e6
}

function describe(results) {
  const [first, again, , last] = results
  const row = (name, cell) => [name, ...results.map(cell)]
  const ratio = (of) => `${number(of(last) / of(first), 2)} (noise: ${number(of(again) / of(first), 2)})`
  const rows = [
    row('log objects, written → merged', ({ written, merged }) => `${written} → ${merged}`),
    row('bytes of the merged log', ({ bytes }) => number(bytes)),
    row('heap of a view, KB', ({ heap }) => number(heap / 1000)),
    row('heap of a tag, bytes', ({ heap, tags }) => number(heap / tags)),
    row('cold start, ms', ({ startMs }) => number(startMs, 1)),
    row('cold start, requests', ({ start }) => start.requests),
    row('cold start, bytes', ({ start }) => number(start.bytes)),
    row('cold start, longest block, ms', ({ blockMs }) => number(blockMs, 1)),
    row('refresh after one change, ms', ({ changed }) => number(changed.ms, 2)),
    row('refresh after one change, requests', ({ changed }) => changed.requests),
    row('refresh after one change, bytes', ({ changed }) => number(changed.bytes)),
    row('refresh with nothing changed, ms', ({ unchanged }) => number(unchanged.ms, 2)),
    row('refresh with nothing changed, requests', ({ unchanged }) => unchanged.requests),
    row('look-up of a read, ns', ({ readNs }) => number(readNs)),
  ]
  return `${BATCHES} invalidations of distinct tags each, merged by the handler's own compaction; local-s3 in a process of its own,
over HTTP. Medians of ${COLD_STARTS} cold starts on open connections and of ${CHANGES} refreshes, taken in turns. A change is one more log
object; after ${MERGED_AFTER} they are merged. Two equal logs of 1,000 tags tell the noise.

${table(['', ...results.map(({ tags }, index) => `${number(tags)} tags${index === 1 ? ', again' : ''}`)], rows)}

100,000 tags against 1,000, within this run:

- a refresh after one change takes ${ratio(({ changed }) => changed.ms)} times as long, with ${ratio(({ changed }) => changed.requests)} times the requests
  and ${ratio(({ changed }) => changed.bytes)} times the bytes;
- a refresh with nothing changed takes ${ratio(({ unchanged }) => unchanged.ms)} times as long;
- a read's look-up takes ${ratio(({ readNs }) => readNs)} times as long;
- a cold start takes ${ratio(({ startMs }) => startMs)} times as long, for a hundred times the tags.`
}

await runBench({ title: 'Tag log: 100,000 distinct tags', measure, describe })
