import { setTimeout as sleep } from 'node:timers/promises'
import type { S3Operation } from 'local-s3'
import { isExternal } from './lib/credentials.ts'
import type { Bucket } from './lib/bucket.ts'
import { objectsIn } from './lib/objects.ts'
import { settled } from './lib/render-on.ts'
import { expect, test } from './lib/test.ts'

test.skip(isExternal, "needs local-s3's faults")

// What the tag log and the tag index cost, and how the log is compacted: counted at the server, on instances without Next.

/** Makes an instance compact within a tenth of a second of finding something to compact, instead of ten seconds. */
const AT_ONCE = { HANDLER_RANDOM_PART: '0.01' }
/** One more in a generation than the log tolerates. */
const TOO_MANY = 17
const TAG_REFRESH_MS = 1000

test('invalidating a tag of 500 entries costs one listing and two PUTs', async ({ stage }) => {
  const bucket = await stage.bucket()
  const [writer, reader] = [stage.handlerProcess('W', bucket.env), stage.handlerProcess('R', bucket.env)]
  await writer.renderMany(500, 'costs', ['shared'])
  await settled(bucket)
  expect(await reader.countOf(500, 'costs')).toBe(500)
  const before = counts(bucket)
  await writer.invalidate('shared')
  expect(since(bucket, before)).toEqual({ ListObjectsV2: 1, PutObject: 2 })

  await sleep(TAG_REFRESH_MS)
  expect(await reader.countOf(500, 'costs')).toBe(0)
  expect(await writer.countOf(500, 'costs')).toBe(0)
})

test('an entry with five tags costs one PUT and one more a tag, and the next time one', async ({ stage }) => {
  const bucket = await stage.bucket()
  const [writer, reader] = [stage.handlerProcess('W', bucket.env), stage.handlerProcess('R', bucket.env)]
  const tags = ['one', 'two', 'three', 'four', 'five']
  const withPaths = [...tags, '_N_T_/layout', '_N_T_/driven/page', '_N_T_/driven/indexed']
  const puts = (): number => bucket.requests.count({ operation: 'PutObject', keyPattern: '^v1/(entries|index)/' })
  await writer.render('indexed', withPaths)
  await settled(bucket)
  expect(puts()).toBe(6)
  const indexes = [...(await objectsIn(bucket))].filter(([key]) => key.startsWith('v1/index/'))
  expect(indexes.map(([key, { size }]) => [key.split('/')[2], size])).toEqual(tags.toSorted().map((tag) => [tag, 0]))

  await writer.render('indexed', withPaths)
  await settled(bucket)
  expect(puts()).toBe(7)
  expect(await reader.has('indexed')).toBe(true)
  await reader.render('indexed', withPaths)
  await settled(bucket)
  expect(puts()).toBe(8)
})

test('a start after 1,000 invalidations and compaction costs 10 requests and one a log object, and knows them all', async ({
  stage,
}) => {
  const bucket = await stage.bucket()
  const writers = ['W1', 'W2'].map((name) => stage.handlerProcess(name, { ...bucket.env, ...AT_ONCE }))
  await writers[0]!.renderMany(50, 'start', [])
  await writers[0]!.render('untouched', ['of-none'])
  const tags = Array.from({ length: 1000 }, (_, index) => `own-start-${index}`)
  const halves = [tags.slice(0, 500), tags.slice(500)]
  await Promise.all(writers.map((writer, index) => writer.invalidate(...halves[index]!)))
  // Compaction is thought of by whoever lists: what came last was not listed any more.
  await compacted(bucket, () => writers[0]!.invalidate('of-nothing'))
  const objects = (await logObjects(bucket)).length
  expect(objects).toBeGreaterThan(0)
  // Two that invalidate at the same moment may have to say it again.
  const events = bucket.requests.count({ operation: 'PutObject', keyPattern: 'v1/tags/log/0000/' })
  expect(events).toBeGreaterThanOrEqual(1000)

  const before = bucket.requests.count()
  // A start that takes longer than `timeoutMs` is a miss, as it should be, but not what is counted here.
  const started = stage.handlerProcess('S', { ...bucket.env, CACHE_TIMEOUT_MS: '20000' })
  expect(await started.has('untouched')).toBe(true)
  expect(bucket.requests.count() - before).toBeLessThanOrEqual(10 + objects)
  expect(await started.countOf(50, 'start')).toBe(0)
  // The control: it is the events that make them invalid.
  expect(await started.has('untouched')).toBe(true)
})

test('two compactors at once write the same object, and lose nothing', async ({ stage }) => {
  const bucket = await stage.bucket()
  const [one, two] = [1, 2].map((name) => stage.handlerProcess(`C${name}`, { ...bucket.env, ...AT_ONCE }))
  const tags = Array.from({ length: TOO_MANY }, (_, index) => `own-both-${index}`)
  await one!.renderMany(TOO_MANY, 'both', [])
  await one!.render('untouched', ['of-none'])
  expect(await two!.countOf(TOO_MANY, 'both')).toBe(TOO_MANY)
  await one!.invalidate(...tags)
  // Both have read all and merged it before either has deleted anything.
  const slow = bucket.faults.add({ fault: { kind: 'latency', ms: 1500 }, operation: 'DeleteObjects' })
  await sleep(TAG_REFRESH_MS)
  await Promise.all([one!.has('untouched'), two!.has('untouched')])
  await compacted(bucket)
  expect(slow.fired).toBe(2)
  expect(bucket.requests.count({ operation: 'PutObject', keyPattern: 'v1/tags/log/0001/' })).toBe(2)
  expect(await logObjects(bucket)).toHaveLength(1)
  const started = stage.handlerProcess('S', bucket.env)
  await sleep(TAG_REFRESH_MS)
  for (const handler of [one!, two!, started]) {
    expect(await handler.countOf(TOO_MANY, 'both')).toBe(0)
    expect(await handler.has('untouched')).toBe(true)
  }
})

test('a compactor killed before it deletes loses nothing, and the next instance finishes', async ({ stage }) => {
  const bucket = await stage.bucket()
  const killed = stage.handlerProcess('K', { ...bucket.env, ...AT_ONCE })
  const tags = Array.from({ length: TOO_MANY }, (_, index) => `own-killed-${index}`)
  await killed.renderMany(TOO_MANY, 'killed', [])
  await killed.render('untouched', ['of-none'])
  const fault = bucket.faults.add({ fault: { kind: 'hang' }, operation: 'DeleteObjects' })
  await killed.invalidate(...tags, 'of-nothing')
  await expect.poll(() => fault.fired).toBeGreaterThan(0)
  await killed.kill()
  bucket.faults.remove(fault.id)
  expect((await logObjects(bucket)).filter(isCompacted)).toHaveLength(1)
  expect((await logObjects(bucket)).length).toBeGreaterThan(TOO_MANY)

  const started = stage.handlerProcess('S', { ...bucket.env, ...AT_ONCE })
  expect(await started.countOf(TOO_MANY, 'killed')).toBe(0)
  await compacted(bucket)
  const later = stage.handlerProcess('T', bucket.env)
  for (const handler of [started, later]) {
    expect(await handler.countOf(TOO_MANY, 'killed')).toBe(0)
    expect(await handler.has('untouched')).toBe(true)
  }
})

const logObjects = async (bucket: Bucket): Promise<string[]> =>
  [...(await objectsIn(bucket)).keys()].filter((key) => key.startsWith('v1/tags/log/'))

const isCompacted = (key: string): boolean => /^v1\/tags\/log\/(?!0000\/)/.test(key)

/** Waits until no generation has more objects than the log tolerates, and nobody merges or deletes any more. */
async function compacted(bucket: Bucket, list: () => Promise<void> = async () => {}): Promise<void> {
  await expect
    .poll(
      async () => {
        await list()
        const sizes = new Map<string, number>()
        for (const key of await logObjects(bucket)) {
          const generation = key.split('/')[3] ?? ''
          sizes.set(generation, (sizes.get(generation) ?? 0) + 1)
        }
        return Math.max(0, ...sizes.values())
      },
      { timeout: 15_000 },
    )
    .toBeLessThan(TOO_MANY)
  await settled(bucket)
  await sleep(500)
}

type Counts = Partial<Record<S3Operation, number>>

const OPERATIONS = ['GetObject', 'HeadObject', 'PutObject', 'DeleteObject', 'DeleteObjects', 'ListObjectsV2'] as const

const counts = ({ requests }: Bucket): Counts =>
  Object.fromEntries(OPERATIONS.map((operation) => [operation, requests.count({ operation })]))

/** What was asked since, without what was not asked at all. */
function since(bucket: Bucket, before: Counts): Counts {
  const now = counts(bucket)
  const differences = OPERATIONS.map((operation) => [operation, (now[operation] ?? 0) - (before[operation] ?? 0)])
  return Object.fromEntries(differences.filter(([, difference]) => difference !== 0)) as Counts
}
