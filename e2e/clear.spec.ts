import { isExternal, type Bucket } from './lib/bucket.ts'
import { expectFollows, isNewer } from './lib/expect-follows.ts'
import { startFleet, type Fleet } from './lib/fleet.ts'
import { hashOf, objectsIn, plant } from './lib/objects.ts'
import { settled } from './lib/render-on.ts'
import { renderedOnBoth } from './lib/rendered-on-both.ts'
import { Stage, type Instance } from './lib/stage.ts'
import { expect, test } from './lib/test.ts'
import type { Visit } from './lib/visit.ts'

const crossInstance = { tag: ['@cache', '@cross-instance'] }

const PREFIX = 'cache_'
const OURS = 'cache_v1/'
/** Of others: what Flask writes under the same prefix, and what merely looks like ours. */
const FOREIGN = [
  'cache_',
  'cache_v1',
  'cache_view//tagged/clear-path',
  'cache_2v1/entries/b/page/route-cache/APP_PAGE/0/$/tagged/clear-path',
  'cache_v10/entries/b/page/route-cache/APP_PAGE/0/$/tagged/clear-path',
  'v1/entries/b/page/route-cache/APP_PAGE/0/$/tagged/clear-path',
  'v1/index/tag-clear-tag/b/page/x',
]

const planted: string[] = []

const stage = new Stage()
let fleet: Fleet

test.beforeAll(async () => {
  fleet = await startFleet(stage, { prefix: PREFIX })
  for (const key of FOREIGN) {
    await plant(fleet.bucket, key, `foreign ${key}`).then(
      () => planted.push(key),
      (error: unknown) => {
        // Not every store has such keys; then nobody else has them in it either.
        if (!isExternal) throw error
        console.log(`The store does not take the key ${key}: ${String(error)}`)
      },
    )
  }
})

test.afterAll(() => stage.close())

test('pages and the clear route are answered under a prefix', { tag: '@control' }, async () => {
  for (const instance of [fleet.a, fleet.b]) {
    expect(await instance.visit('/tagged/clear-control')).toMatchObject({ status: 200 })
    const [answer] = await clear(instance, { path: '/tagged/clear-nothing' })
    expect([200, 500]).toContain(answer.status)
  }
})

test('clear by path deletes that page, on B in time, and nothing else', crossInstance, async () => {
  await expectCleared({
    selection: { path: '/tagged/clear-path' },
    cleared: ['/tagged/clear-path'],
    kept: ['/tagged/clear-path-more', '/tagged-route/clear-path', '/legacy/clear-path', '/forever/clear-path'],
  })
})

test('clear by prefix deletes what begins so, on B in time, and nothing else', crossInstance, async () => {
  await expectCleared({
    selection: { pathPrefix: '/tagged/clear-prefix-' },
    cleared: ['/tagged/clear-prefix-1', '/tagged/clear-prefix-2'],
    kept: ['/tagged/clear-prefix', '/tagged/clear-prefiy-1', '/legacy/clear-prefix-1', '/tagged-route/clear-prefix-1'],
  })
})

test('clear by tag deletes what carries it, on B in time, and nothing else', crossInstance, async () => {
  await expectCleared({
    selection: { tag: 'tag-clear-tag' },
    cleared: ['/tagged/clear-tag', '/tagged-route/clear-tag', '/fetch/clear-tag', '/tagged-unstable/clear-tag'],
    kept: ['/tagged/clear-tag-more', '/tagged/clear-ta', '/legacy/clear-tag', '/fetch/clear-tag-more'],
  })
})

test('without a prefix everything is deleted only on demand', crossInstance, async ({ fleet: unprefixed }) => {
  test.skip(isExternal, 'would need a bucket of its own: needs local-s3')
  const { a, bucket } = unprefixed
  await renderedOnBoth(unprefixed, '/tagged/clear-whole')
  const before = await objectsIn(bucket)
  const [refused, { error }] = await clear(a, {})
  expect(refused.status).toBe(500)
  expect(error).toContain('wholeBucket')
  expect(hashOf(await objectsIn(bucket), isEntry)).toBe(hashOf(before, isEntry))
  expect(await a.visit('/tagged/clear-whole')).toMatchObject({ cache: 'HIT', hits: 1 })
})

interface Clearing {
  readonly selection: Readonly<Record<string, unknown>>
  /** Paths that both instances have, and must render anew. */
  readonly cleared: readonly string[]
  /** Paths that both instances have, and must go on serving. */
  readonly kept: readonly string[]
}

async function expectCleared({ selection, cleared, kept }: Clearing): Promise<void> {
  const { a, b, bucket, origin, tagRefreshMs } = fleet
  const old: Visit[] = []
  for (const path of cleared) old.push(await renderedOnBoth(fleet, path))
  for (const path of kept) await renderedOnBoth(fleet, path)
  await settled(bucket)
  const before = await objectsIn(bucket)
  const [answer, { deleted }] = await clear(a, selection)
  const acknowledgedAt = performance.now()
  expect(answer.status).toBe(200)

  const gone = await expectDeleted(bucket, before, kept)
  expect(gone.filter(isEntry)).toHaveLength(Number(deleted))
  expect(gone.filter(isEntry).length).toBeGreaterThanOrEqual(cleared.length)
  for (const [index, path] of cleared.entries()) {
    const { hits, status } = old[index]!
    const following = { path, old: { ...old[index]!, data: undefined }, acknowledgedAt, tagRefreshMs }
    expect(isNewer(await a.visit(path), following.old), `${path}, hits ${hits}, status ${status}`).toBe(true)
    await expectFollows(b, following)
  }
  for (const path of kept) {
    for (const instance of [a, b]) expect(await instance.visit(path)).toMatchObject({ hits: 1 })
    expect(origin.hits(path.slice(1)), path).toBe(1)
  }
}

/** What is foreign is as it was, to the byte, and so is every entry that was not cleared. Gives the keys that are gone. */
async function expectDeleted(
  bucket: Bucket,
  before: Awaited<ReturnType<typeof objectsIn>>,
  kept: readonly string[],
): Promise<string[]> {
  const after = await objectsIn(bucket)
  const isForeign = (key: string): boolean => !key.startsWith(OURS)
  expect([...after.keys()].filter(isForeign)).toEqual(planted.toSorted())
  expect(hashOf(after, isForeign)).toBe(hashOf(before, isForeign))
  const gone = [...before.keys()].filter((key) => !after.has(key))
  const isKept = (key: string): boolean => isEntry(key) && !gone.includes(key)
  expect(hashOf(after, isKept)).toBe(hashOf(before, isKept))
  for (const path of kept)
    expect(
      gone.filter((key) => key.endsWith(`/$${path}`)),
      path,
    ).toEqual([])
  // An index object goes with its entry, and stays with it.
  const isOrphan = (key: string): boolean => key.startsWith(`${OURS}index/`) && !after.has(entryOf(key))
  expect([...after.keys()].filter(isOrphan)).toEqual([])
  return gone
}

const isEntry = (key: string): boolean => key.includes('v1/entries/')

const entryOf = (indexKey: string): string => indexKey.replace(/^(cache_v1\/)index\/[^/]+\//, '$1entries/')

async function clear(
  instance: Instance,
  selection: Readonly<Record<string, unknown>>,
): Promise<[Visit, { deleted?: number; error?: string }]> {
  const answer = await instance.visit('/api/clear', { method: 'POST', body: JSON.stringify(selection) })
  return [answer, JSON.parse(answer.body.toString()) as { deleted?: number; error?: string }]
}
