// What a loader's data cost from a cache: `node --expose-gc benches/loader.mjs [--write]`, after `pnpm build`.
import { claimsOfLoader } from './lib/asked-for.mjs'
import { number } from './lib/format.mjs'
import { LOADER, LRU, openLoaders, OURS, REDIS } from './lib/loaders.mjs'
import { median } from './lib/measure.mjs'
import { table } from './lib/results.mjs'
import { runBench } from './lib/run-bench.mjs'
import { inTurns, ratioOf, throughputOf } from './lib/throughput.mjs'

/** Comments of a post; about 200 bytes of JSON each. */
const SIZES = [5, 100]
const CONCURRENCY = 32
/** That many posts are read again and again. */
const KEYS = 100
const WARM_CALLS = 1000

async function measure({ quick }) {
  const { rounds, forMs, coldCalls } = quick
    ? { rounds: 2, forMs: 60, coldCalls: 50 }
    : { rounds: 9, forMs: 1000, coldCalls: 500 }
  const { loaders, s3, close } = await openLoaders()
  try {
    const results = []
    for (const comments of SIZES) {
      const warm = await measureWarm(loaders, { comments, rounds, forMs })
      const cold = await measureCold(loaders, { comments, rounds, calls: coldCalls })
      results.push({ bytes: JSON.stringify(makePost(0, comments)).length, warm, cold })
    }
    const entryRequests = {}
    for (const name of [LOADER, OURS]) entryRequests[name] = await countRequests(named(loaders, name), s3)
    return { rounds, forMs, coldCalls, results, entryRequests }
  } finally {
    await close()
  }
}

/** Calls for what is there. */
async function measureWarm(loaders, { comments, rounds, forMs }) {
  let calls = 0
  const call = (loader) => load(loader, `warm/${comments}`, calls++ % KEYS, comments)
  const run = (loader, ms) => throughputOf(() => call(loader), { concurrency: CONCURRENCY, forMs: ms })
  for (const loader of loaders) {
    // What is only compiled or connected at first is not of a call.
    await run(loader, forMs)
    await loader.settle()
  }
  return byName(loaders, await inTurns(loaders, rounds, (loader) => run(loader, forMs)))
}

/** Calls for what is not there, until each is answered: what is stored behind the answers is waited for, and not measured. */
async function measureCold(loaders, { comments, rounds, calls }) {
  const run = async (loader, round) => {
    const startedAt = performance.now()
    const left = Array.from({ length: calls }, (_, id) => id)
    const worker = async () => {
      for (let id = left.pop(); id !== undefined; id = left.pop()) {
        await load(loader, `cold/${comments}/${round}`, id, comments)
      }
    }
    await Promise.all(Array.from({ length: CONCURRENCY }, worker))
    const perSecond = (calls / (performance.now() - startedAt)) * 1000
    await loader.settle()
    return { perSecond }
  }
  for (const loader of loaders) await run(loader, 'first')
  return byName(loaders, await inTurns(loaders, rounds, run))
}

const named = (loaders, name) => loaders.find((loader) => loader.name === name)

/** How many GETs of entries warm calls of one of ours make: a copy in memory is asked about once a second. */
async function countRequests(loader, s3) {
  const read = async (times) => {
    for (let id = 0; id < times; id++) await load(loader, 'counted', id % KEYS, SIZES[0])
  }
  await read(KEYS)
  await loader.settle()
  await read(KEYS)
  const counts = await s3.countsOf(() => read(WARM_CALLS), 'entries/')
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

async function load(loader, folder, id, comments) {
  const post = await loader.load(`${folder}/${id}`, () => makePost(id, comments))
  if (post.id !== id || post.comments.length !== comments) throw new Error(`${loader.name} gave another post`)
}

const makePost = (id, comments) => ({
  id,
  title: `Post ${id}`,
  at: new Date(1_700_000_000_000 + id),
  comments: Array.from({ length: comments }, (_, index) => ({
    id: `${id}-${index}`,
    by: { name: `Reader ${index}`, email: `reader-${index}@example.org` },
    likes: index * 7,
    text: `What comment ${index} says of post ${id}, in a sentence that is as long as most are.`,
  })),
})

const byName = (loaders, measured) => Object.fromEntries(loaders.map(({ name }, index) => [name, measured[index]]))

function describe({ rounds, forMs, coldCalls, results }) {
  const rows = results.flatMap(({ bytes, warm, cold }) =>
    Object.entries({ warm, cold }).map(([kind, measured]) => [
      `${kind}, ${number(bytes / 1000, 1)} KB of JSON`,
      ...Object.values(measured).map((of) => number(median(of.map(({ perSecond }) => perSecond)))),
      ...[LOADER, OURS].flatMap((ours) => [REDIS, LRU].map((other) => ratio(measured, ours, other))),
    ]),
  )
  const names = Object.keys(results[0].warm)
  const ratios = ['cachedLoader', 'ours'].flatMap((ours) => ['Redis', 'LRU'].map((other) => `${ours} / ${other}`))
  const head = ['', ...names.map((name) => `${name}, a second`), ...ratios]
  return `A loader gives a post with comments, and ${CONCURRENCY} calls for it run at once in one process; medians of ${rounds} rounds in turns, ratios within
a round. Warm calls find ${KEYS} posts, ${forMs} ms a round; cold ones find none of ${coldCalls}. Making a post takes no time, so
that all of a cold call is the cache's; cachedLoader, ours and lru-cache answer before anything is stored elsewhere, Redis after. lru-cache gives every
call the same object, Redis one without its dates, cachedLoader and ours a copy with its types. Ours is cachified on this package. Redis and local-s3 are processes of their own.

${table(head, rows)}`
}

const ratio = (measured, ours, other) =>
  number(ratioOf(...[ours, other].map((name) => measured[name].map(({ perSecond }) => perSecond))), 2)

await runBench({ title: "Loader: a loader's data through a cache", measure, describe, claims: claimsOfLoader })
