import type { DeploymentSummary } from '../packages/s3-cache-handler/src/lib/deployments.ts'
import { buildApp, type BuiltApp } from './lib/build-app.ts'
import { BUILDS } from './lib/builds.ts'
import { isExternal, type Bucket } from './lib/bucket.ts'
import { expectFollows } from './lib/expect-follows.ts'
import { DEFAULT_TAG_REFRESH_MS } from './lib/fleet.ts'
import { invalidate } from './lib/invalidate.ts'
import { hashOf, objectsIn, plant } from './lib/objects.ts'
import type { Origin } from './lib/origin.ts'
import { renderOn, settled } from './lib/render-on.ts'
import { Stage, type Instance } from './lib/stage.ts'
import { expect, test } from './lib/test.ts'
import { visitFromBucket } from './lib/visit-from-bucket.ts'

test.skip(isExternal, 'needs a bucket of its own, with objects of any age')

// One deploy, told in order: red and blue run, red ends, what it leaves is collected, red comes back.
test.describe.configure({ mode: 'serial' })

const PREFIX = 'cache_'
const OURS = `${PREFIX}v1/`
const HEARTBEAT_OF_RED = `${OURS}deploys/red`
/** Of others, or merely like ours: other prefixes, no prefix, other versions. */
const FOREIGN = [
  'cache_',
  'cache_view//posts/later',
  'cache_2v1/deploys/red',
  'cache_2v1/entries/red/page/x',
  'cache_v10/deploys/red',
  'cache_v10/entries/red/page/x',
  'v1/deploys/red',
  'v1/entries/red/page/x',
]
const EIGHT_DAYS_MS = 8 * 24 * 60 * 60_000
const tagRefreshMs = DEFAULT_TAG_REFRESH_MS

const stage = new Stage()
let builds: { readonly red: BuiltApp; readonly blue: BuiltApp }
let bucket: Bucket
let origin: Origin
let red: Instance
let blue: Instance

const start = (name: 'red' | 'blue'): Promise<Instance> => {
  const env = { ...bucket.env, ORIGIN_URL: origin.url, CACHE_KEY_PREFIX: PREFIX }
  return stage.instance({ name, build: builds[name], env })
}

test.beforeAll(async () => {
  builds = { red: await buildApp(BUILDS.red), blue: await buildApp(BUILDS.blue) }
  bucket = { ...(await stage.bucket()), keyPrefix: PREFIX }
  origin = await stage.origin()
  for (const key of FOREIGN) await plant(bucket, key, `foreign ${key}`)
  ;[red, blue] = await Promise.all([start('red'), start('blue')])
})
test.afterAll(() => stage.close())

test('two versions that run side by side are both warm, each with its own pages', async () => {
  for (const path of ['/posts/hit', '/legacy/hit']) {
    for (const [instance, build] of [
      [red, 'red'],
      [blue, 'blue'],
    ] as const) {
      expect(await instance.visit(path), path).toMatchObject({ cache: 'HIT', hits: 0, build })
    }
  }
  for (const path of ['/posts/later', '/legacy/later']) {
    const ofRed = await renderOn(red, path, bucket)
    expect(ofRed, path).toMatchObject({ cache: 'MISS', hits: 1, build: 'red' })
    const ofBlue = await renderOn(blue, path, bucket)
    expect(ofBlue, path).toMatchObject({ cache: 'MISS', hits: 2, build: 'blue' })
    for (let round = 0; round < 3; round += 1) {
      const [again, asWell] = await Promise.all([red.visit(path), blue.visit(path)])
      expect(again, path).toMatchObject({ cache: 'HIT', build: 'red', render: ofRed.render })
      expect(asWell, path).toMatchObject({ cache: 'HIT', build: 'blue', render: ofBlue.render })
    }
  }
  const payload = { headers: { rsc: '1' }, redirect: 'follow' } as const
  expect(await red.visit('/posts/later', payload)).toMatchObject({ cache: 'HIT', hits: 1, build: 'red' })
  expect(await blue.visit('/posts/later', payload)).toMatchObject({ cache: 'HIT', hits: 2, build: 'blue' })
  expect([origin.hits('posts/hit'), origin.hits('posts/later'), origin.hits('legacy/later')]).toEqual([0, 2, 2])
})

test('what one of them has fetched is not fetched again by the other', async () => {
  expect(await renderOn(red, '/fetched/shared', bucket)).toMatchObject({ status: 200, hits: 1, build: 'red' })
  await visitFromBucket(blue, '/fetched/shared', bucket, { status: 200, hits: 1, build: 'blue' })
  expect(origin.hits('fetched/shared')).toBe(1)
})

test('an invalidation on either is true on the other', async () => {
  for (const [here, there, name] of [
    [red, blue, 'on-red'],
    [blue, red, 'on-blue'],
  ] as const) {
    const paths = [`/posts/${name}`, `/fetched/${name}`]
    const old = await Promise.all(paths.map((path) => renderOn(there, path, bucket)))
    for (const path of paths) expect(await renderOn(here, path, bucket)).toMatchObject({ status: 200 })
    await renderOn(there, `/posts/${name}-control`, bucket)
    const { acknowledged } = await invalidate(here, bucket, 'hard', `tag-${name}`)
    const following = { acknowledgedAt: await acknowledged, tagRefreshMs }
    for (const [index, path] of paths.entries()) await expectFollows(there, { ...following, path, old: old[index]! })
    expect(await there.visit(`/posts/${name}-control`)).toMatchObject({ cache: 'HIT', hits: 1 })
  }
})

test('nothing is collected while both show themselves', async () => {
  await settled(bucket)
  await red.stop()
  const before = await objectsIn(bucket)
  const { deployments, deleted, keys } = await collect('?delete=yes')
  expect(statesOf(deployments)).toEqual({ red: 'alive', blue: 'current' })
  expect([deleted, keys]).toEqual([0, []])
  expect(hashOf(await objectsIn(bucket), () => true)).toBe(hashOf(before, () => true))
})

test('what a dead version has is deleted as the dry run says, and nothing else', async () => {
  await bucket.objects.age(HEARTBEAT_OF_RED, EIGHT_DAYS_MS)
  const before = await objectsIn(bucket)
  const dry = await collect()
  expect(statesOf(dry.deployments)).toEqual({ red: 'dead', blue: 'current' })
  expect(dry.deleted).toBe(0)
  expect(hashOf(await objectsIn(bucket), () => true)).toBe(hashOf(before, () => true))

  const real = await collect('?delete=yes')
  const after = await objectsIn(bucket)
  expect(real.keys).toEqual(dry.keys)
  expect(real.deleted).toBe(dry.keys.length)
  expect([...before.keys()].filter((key) => !after.has(key))).toEqual(dry.keys.toSorted())
  expect(dry.keys.toSorted()).toEqual([...before.keys()].filter(isOfRed))
  const isForeign = (key: string): boolean => !key.startsWith(OURS)
  expect([...after.keys()].filter(isForeign)).toEqual(FOREIGN.toSorted())
  for (const isMeant of [isForeign, (key: string) => !isOfRed(key)]) {
    expect(hashOf(after, isMeant)).toBe(hashOf(before, isMeant))
  }
})

test('the other one goes on with what it has, also where it starts anew', async () => {
  const paths = ['/posts/later', '/legacy/later']
  for (const path of paths) expect(await blue.visit(path)).toMatchObject({ cache: 'HIT', hits: 2, build: 'blue' })
  const another = await start('blue')
  for (const path of paths) await visitFromBucket(another, path, bucket, { cache: 'HIT', hits: 2, build: 'blue' })
  await visitFromBucket(another, '/fetched/shared', bucket, { hits: 1, build: 'blue' })
})

test('one that comes back renders anew what is gone, has its build, and is alive again', async () => {
  red = await start('red')
  expect(await renderOn(red, '/posts/later', bucket)).toMatchObject({ cache: 'MISS', hits: 3, build: 'red' })
  expect(await red.visit('/posts/later')).toMatchObject({ cache: 'HIT', hits: 3, build: 'red' })
  expect(await red.visit('/posts/hit')).toMatchObject({ cache: 'HIT', hits: 0, build: 'red' })
  expect(await blue.visit('/posts/later')).toMatchObject({ cache: 'HIT', hits: 2, build: 'blue' })
  const { deployments, deleted } = await collect('?delete=yes')
  expect([statesOf(deployments), deleted]).toEqual([{ red: 'alive', blue: 'current' }, 0])
})

const isOfRed = (key: string): boolean =>
  key === HEARTBEAT_OF_RED || /^cache_v1\/(entries|index\/[^/]+)\/red\//.test(key)

interface Collected {
  readonly deployments: readonly DeploymentSummary[]
  readonly deleted: number
  readonly keys: readonly string[]
}

/** As the route of the README does it, on blue. */
async function collect(query = ''): Promise<Collected> {
  const answer = await blue.visit(`/api/gc${query}`, { method: 'POST' })
  expect(answer).toMatchObject({ status: 200 })
  return JSON.parse(answer.body.toString()) as Collected
}

const statesOf = (deployments: readonly DeploymentSummary[]): Record<string, string> =>
  Object.fromEntries(deployments.map(({ id, state }) => [id, state]))
