import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../scripts/lib/ports.mjs'
import { credentialsEnv } from './lib/bucket.ts'
import { buildApp } from './lib/build-app.ts'
import { BUILDS } from './lib/builds.ts'
import { isExternal } from './lib/credentials.ts'
import { expectFollows, isNewer } from './lib/expect-follows.ts'
import type { Fleet } from './lib/fleet.ts'
import { type Invalidated, invalidate, updateTag } from './lib/invalidate.ts'
import { NEXT_HAS } from './lib/next-features.ts'
import { renderOn, settled } from './lib/render-on.ts'
import { expectUntouched, renderedOnBoth } from './lib/rendered-on-both.ts'
import type { Instance, Stage } from './lib/stage.ts'
import { expect, test } from './lib/test.ts'
import { visitFromBucket } from './lib/visit-from-bucket.ts'
import type { Visit } from './lib/visit.ts'
import { ask, whileHeld } from './lib/while-held.ts'

// No tags but the control's: mutants of this handler name the tests that they must fail.
test.use({ buildName: 'cacheComponents' })

const SHELL = 'story'
const NESTED = 'read/nested'
/** Everything in the fixture that carries the tag of its slug: a page, a shell, a route handler, and data of each kind. */
const TAGGED = ['tagged', SHELL, 'tagged-route', 'read/fetch', 'read/unstable', 'read/cached', 'read/remote', NESTED]
const EXPIRE_MS = 5000

/** When all that waits for its time was made, before the first test; nobody has asked for it since. */
interface Waiting {
  readonly made: ReadonlyMap<string, Visit>
  /** By `performance.now()`. */
  readonly madeAt: number
  readonly acknowledgedAt: number
}
let waiting: Promise<Waiting>

test.beforeAll(({ fleet }) => {
  waiting = letWait(fleet)
  waiting.catch(() => {})
})

test('all that reads a value is answered by both instances', { tag: '@control' }, async ({ fleet: { a, b } }) => {
  for (const instance of [a, b]) {
    for (const kind of [...TAGGED, 'api/read/cached']) {
      expect(await instance.visit(`/${kind}/control`), kind).toMatchObject({ status: 200 })
    }
  }
})

test('a value that A made is not made again by B', async ({ fleet }) => {
  await expectShared(fleet, '/read/cached/shared')
  await expectShared(fleet, '/read/remote/shared')
})

test('a value that a route handler on A made is not made again by B, nor by a page', async ({ fleet }) => {
  await expectShared(fleet, '/api/read/cached/shared-route')
  await expectShared(fleet, '/api/read/remote/shared-route')
  for (const instance of [fleet.a, fleet.b]) {
    expect(await instance.visit('/read/cached/shared-route')).toMatchObject({ status: 200, hits: 1 })
  }
})

test('after a restart of both instances nothing is made again', async ({ fleet, stage }) => {
  const { bucket, build, env, origin } = fleet
  const start = () => Promise.all(['C', 'D'].map((name) => stage.instance({ name, build, env })))
  const paths = ['/read/cached/restart', '/read/remote/restart']
  const [first, second] = await start()
  const made = new Map<string, Visit>()
  for (const path of paths) made.set(path, await renderOn(first!, path, bucket))
  for (const instance of [first!, second!]) expect(await instance.stop()).toMatchObject({ signal: null })

  for (const instance of await start()) {
    for (const path of paths) {
      await visitFromBucket(instance, path, bucket, { status: 200, hits: 1, render: made.get(path)?.render })
    }
  }
  for (const path of paths) expect(origin.hits(path.slice(1))).toBe(1)
})

test('200 warm reads cost no object request', async ({ fleet: { a, bucket, origin, tagRefreshMs } }) => {
  const path = '/api/read/cached/warm'
  const ofTags = (): number => bucket.requests.count({ keyPrefix: 'v1/tags/' })
  const ofEntries = (): number => bucket.requests.count() - ofTags()
  const before = ofEntries()
  expect(await renderOn(a, path, bucket)).toMatchObject({ hits: 1 })
  const warm = { ofEntries: ofEntries(), ofTags: ofTags(), at: performance.now() }
  expect(warm.ofEntries).toBeGreaterThan(before)
  const answers = []
  for (let batch = 0; batch < 10; batch += 1) {
    answers.push(...(await Promise.all(Array.from({ length: 20 }, () => a.visit(path)))))
  }
  expect(answers.filter(({ status, hits }) => status === 200 && hits === 1)).toHaveLength(200)
  expect(ofEntries() - warm.ofEntries).toBe(0)
  expect(ofTags() - warm.ofTags).toBeLessThanOrEqual((performance.now() - warm.at) / tagRefreshMs + 1)
  expect(origin.hits('read/cached/warm')).toBe(1)
})

test('5 MB are the same on B', async ({ fleet: { a, b, bucket, origin } }) => {
  const path = '/api/read/large/shared'
  const first = await renderOn(a, path, bucket)
  expect(first.body.length).toBeGreaterThan(5 * 1024 * 1024)
  const onB = await visitFromBucket(b, path, bucket, { status: 200, hits: 1 })
  for (const again of [onB, await b.visit(path), await a.visit(path)]) expect(again.body.equals(first.body)).toBe(true)
  expect(origin.hits('read/large/shared')).toBe(1)
})

test('arguments and tags may be long and of any alphabet', async ({ fleet }) => {
  const { a, b, bucket, origin, tagRefreshMs } = fleet
  const paths = ['ü-☃-𝄞', 'u\u0308-☃-𝄞'].map((slug) => `/api/read/arguments/${encodeURIComponent(slug)}`)
  for (const path of paths) expect(await renderOn(a, path, bucket)).toMatchObject({ status: 200, hits: 1 })
  const [composed, decomposed] = [await b.visit(paths[0]!), await b.visit(paths[1]!)]
  expect([composed.hits, decomposed.hits]).toEqual([1, 1])
  expect(composed.render).not.toBe(decomposed.render)

  const { acknowledged } = await updateTag(a, bucket, 'tag-ü-☃-𝄞')
  await expectFollows(b, { path: paths[0]!, old: composed, acknowledgedAt: await acknowledged, tagRefreshMs })
  expect(await b.visit(paths[1]!)).toMatchObject({ hits: 1, render: decomposed.render })
  expect(origin.hits(encodeURI('read/arguments/u\u0308-☃-𝄞'))).toBe(1)
})

test('what throws is not kept, on either', async ({ fleet: { a, b, bucket, origin } }) => {
  const path = '/api/read/throwing/once'
  expect(await a.visit(path)).toMatchObject({ status: 500 })
  expect(await renderOn(b, path, bucket)).toMatchObject({ status: 200, hits: 2 })
  for (const instance of [a, b]) expect(await instance.visit(path)).toMatchObject({ status: 200, hits: 2 })
  expect(origin.hits('read/throwing/once')).toBe(2)
})

test('updateTag in a server action on A makes everything new: on A at once, on B in time', async ({ fleet }) => {
  await expectAllGone(fleet, 'updated', async ({ a, bucket }, tag) => {
    return await acknowledgedBy(updateTag(a, bucket, tag))
  })
})

test("updateTag and revalidateTag(tag, 'max') in one action make everything new", async ({ fleet }) => {
  await expectAllGone(fleet, 'updated-and-soft', async ({ a, bucket }, tag) => {
    return await acknowledgedBy(updateTag(a, bucket, tag, { also: 'soft' }))
  })
})

test("revalidateTag(tag, 'max') after updateTag does not bring back what is gone", async ({ fleet }) => {
  await expectAllGone(fleet, 'updated-then-soft', async ({ a, bucket }, tag) => {
    await acknowledgedBy(updateTag(a, bucket, tag))
    return await acknowledgedBy(invalidate(a, bucket, 'soft', tag))
  })
})

test('a soft tag serves what is stale once, then what is fresh, which B takes over', async ({ fleet }) => {
  const kinds = TAGGED.filter((kind) => kind !== SHELL && kind !== NESTED)
  await expectSoftlyNew(fleet, 'soft', kinds)
})

test('a soft tag does the same for a page with a shell', async ({ fleet }) => {
  test.skip(
    !NEXT_HAS.valuesOfShell,
    'this version of Next reads them again, and may wait for what is made anew behind it',
  )
  await expectSoftlyNew(fleet, 'soft-shell', [SHELL])
})

test('a soft tag does the same for a value that is made of another', async ({ fleet }) => {
  test.skip(!NEXT_HAS.freshParts, 'this version of Next makes it of the stale one first')
  await expectSoftlyNew(fleet, 'soft-nested', [NESTED])
})

test('a soft tag of A serves what is stale on B too, and each of both makes it anew once', async ({ fleet }) => {
  test.skip(!NEXT_HAS.oneRefresh, 'this version of Next makes it anew for each request that finds it stale')
  const { a, b, bucket, origin, tagRefreshMs } = fleet
  for (const path of ['/read/cached/soft-both', '/read/remote/soft-both']) {
    await renderedOnBoth(fleet, path)
    await acknowledgedBy(invalidate(a, bucket, 'soft', 'tag-soft-both'))
    await sleep(tagRefreshMs)
    // Neither is done before the other has begun.
    await whileHeld(origin.hold(path.slice(1)), async () => {
      for (const instance of [a, b, a, b]) expect(await ask(instance, path)).toMatchObject({ hits: 1 })
      await expect.poll(() => origin.hits(path.slice(1))).toBe(3)
    })
    for (const instance of [a, b]) await expect.poll(async () => (await instance.visit(path)).hits).toBeGreaterThan(1)
    await settled(bucket)
    for (const instance of [a, b]) expect((await instance.visit(path)).hits).toBeGreaterThan(1)
    expect(origin.hits(path.slice(1))).toBe(3)
  }
})

test('a soft tag of A serves everything stale on B, then fresh, which A takes over', async ({ fleet }) => {
  const { a, b, bucket, tagRefreshMs } = fleet
  // Without that Next may wait for a shell's values, as the test of a page with a shell says.
  const kinds = TAGGED.filter((kind) => kind !== SHELL || NEXT_HAS.valuesOfShell)
  const made = await renderedOnAll(fleet, 'soft-on-b', kinds)
  await acknowledgedBy(invalidate(a, bucket, 'soft', 'tag-soft-on-b'))
  await sleep(tagRefreshMs)
  await Promise.all([...made.keys()].map((path) => expectStaleThenFresh(fleet, b, path)))
  await settled(bucket)
  for (const [path, old] of made) expect(isNewer(await a.visit(path), old), path).toBe(true)
})

test('a value whose making began before an invalidation, on its own instance or on another, is not served', async ({
  fleet,
}) => {
  await expectLateGone(fleet, 'late-a', fleet.a)
  await expectLateGone(fleet, 'late-b', fleet.b)
})

test('revalidatePath makes anew what is read at that path, and nothing else', async ({ fleet }) => {
  const { a, b, bucket, origin, tagRefreshMs } = fleet
  const path = '/read/cached/by-path'
  const old = await renderedOnBoth(fleet, path)
  await renderedOnBoth(fleet, `${path}-control`)
  const { acknowledged } = await invalidate(a, bucket, 'path', path)
  // The same value, read elsewhere.
  for (const instance of [a, b]) expect(await instance.visit(`/api${path}`)).toMatchObject({ hits: 1 })
  expect(await renderOn(a, path, bucket)).toMatchObject({ hits: 2 })
  await expectFollows(b, { path, old, acknowledgedAt: await acknowledged, tagRefreshMs })
  for (const instance of [a, b]) expect(await instance.visit(`/api${path}`)).toMatchObject({ hits: 2 })
  expect(origin.hits(path.slice(1))).toBe(2)
  await expectUntouched(fleet, `${path}-control`)
})

test('after `revalidate` a value is served stale and made anew, and B takes over the new one', async ({ fleet }) => {
  const { a, b, bucket, origin } = fleet
  const { madeAt } = await waiting
  await sleep(Math.max(0, madeAt + 2100 - performance.now()))
  const path = '/read/lasting/waiting'
  const fresh = await expectStaleThenFresh(fleet, a, path)
  await settled(bucket)
  expect(await b.visit(path)).toMatchObject({ hits: 2, render: fresh.render })
  expect(origin.hits(path.slice(1))).toBe(2)
})

test('after `expire` the answer waits for a new value', async ({ fleet: { a, b } }) => {
  const { made, madeAt } = await waiting
  const path = '/read/fleeting/waiting'
  await sleep(Math.max(0, madeAt + 3100 - performance.now()))
  for (const instance of [a, b]) expect(isNewer(await instance.visit(path), made.get(path)!)).toBe(true)
})

test('with { expire: 5 } a value is stale before the five seconds are over, and gone after', async ({ fleet }) => {
  const { a, b, bucket } = fleet
  const soon = await renderedOnAll(fleet, 'expire-soon')
  await acknowledgedBy(invalidate(a, bucket, 'expire5', 'tag-expire-soon'))
  // All at once, within the five seconds.
  await Promise.all([...soon.keys()].map((path) => expectStaleThenFresh(fleet, a, path)))

  const { made, acknowledgedAt } = await waiting
  await sleep(Math.max(0, acknowledgedAt + EXPIRE_MS - performance.now()))
  for (const kind of TAGGED) {
    for (const instance of [a, b]) {
      const path = `/${kind}/expiring`
      expect(isNewer(await instance.visit(path), made.get(path)!), `${kind} on ${instance.name}`).toBe(true)
    }
  }
})

test('a bucket that refuses costs no page', async ({ stage }) => {
  const instance = await startAlone(stage, {
    CACHE_S3_BUCKET: 'none',
    CACHE_S3_ENDPOINT_URL: `http://127.0.0.1:${await freePort()}`,
  })
  await expectAnswers(instance)
})

test('a bucket that hangs costs no page, and what an action updates is new', async ({ stage }) => {
  test.skip(isExternal, "needs local-s3's faults")
  const bucket = await stage.bucket()
  const instance = await startAlone(stage, bucket.env)
  const before = await renderOn(instance, '/read/cached/hanging', bucket)
  expect(await instance.visit('/read/cached/hanging')).toMatchObject({ hits: 1, render: before.render })
  const fault = bucket.faults.add({ fault: { kind: 'hang' } })
  await expectAnswers(instance)
  const { acknowledged } = await updateTag(instance, bucket, 'tag-hanging')
  await expect.poll(async () => (await instance.visit('/read/cached/hanging')).hits).toBeGreaterThan(1)
  expect(fault.fired).toBeGreaterThan(0)
  bucket.faults.remove(fault.id)
  acknowledged.catch(() => {})
})

const acknowledgedBy = async (invalidated: Promise<Invalidated>): Promise<number> =>
  await (
    await invalidated
  ).acknowledged

/** A makes it, B has it from the bucket, and both have it from then on. */
async function expectShared({ a, b, bucket, origin }: Fleet, path: string): Promise<void> {
  const first = await renderOn(a, path, bucket)
  expect(first).toMatchObject({ status: 200, hits: 1 })
  await visitFromBucket(b, path, bucket, { status: 200, hits: 1, render: first.render })
  for (const instance of [a, b]) expect(await instance.visit(path)).toMatchObject({ hits: 1, render: first.render })
  expect(origin.hits(path.replace('/api', '').slice(1))).toBe(1)
}

async function renderedOnAll(fleet: Fleet, slug: string, kinds = TAGGED): Promise<Map<string, Visit>> {
  const made = new Map<string, Visit>()
  for (const kind of kinds) made.set(`/${kind}/${slug}`, await renderedOnBoth(fleet, `/${kind}/${slug}`))
  return made
}

/** One tag on everything. On A the next answer is new; B takes that over, and later than the bound serves nothing old. */
async function expectAllGone(
  fleet: Fleet,
  slug: string,
  act: (fleet: Fleet, tag: string) => Promise<number>,
): Promise<void> {
  const { a, b, bucket, origin, tagRefreshMs } = fleet
  const made = await renderedOnAll(fleet, slug)
  await renderedOnAll(fleet, `${slug}-control`)
  const acknowledgedAt = await act(fleet, `tag-${slug}`)
  for (const [path, old] of made) {
    const answer = await a.visit(path)
    expect(answer, path).toMatchObject({ status: 200, hits: 2 })
    expect(isNewer(answer, old), path).toBe(true)
  }
  await settled(bucket)
  for (const [path, old] of made) {
    await expectFollows(b, { path, old, acknowledgedAt, tagRefreshMs })
    for (const instance of [a, b]) expect(await instance.visit(path), path).toMatchObject({ hits: 2 })
    expect(origin.hits(path.slice(1)), path).toBe(2)
    await expectUntouched(fleet, path.replace(slug, `${slug}-control`))
  }
}

async function expectSoftlyNew(fleet: Fleet, slug: string, kinds: string[]): Promise<void> {
  const { a, b, bucket, origin, tagRefreshMs } = fleet
  const made = await renderedOnAll(fleet, slug, kinds)
  await renderedOnAll(fleet, `${slug}-control`, kinds)
  await acknowledgedBy(invalidate(a, bucket, 'soft', `tag-${slug}`))
  await sleep(tagRefreshMs)
  for (const path of made.keys()) await expectStaleThenFresh(fleet, a, path)
  await settled(bucket)
  for (const [path, old] of made) {
    for (const answer of [await b.visit(path), await a.visit(path)]) {
      expect(answer, path).toMatchObject({ status: 200, hits: 2 })
      expect(isNewer(answer, old), path).toBe(true)
    }
    expect(origin.hits(path.slice(1)), path).toBe(2)
    await expectUntouched(fleet, path.replace(slug, `${slug}-control`))
  }
}

/** What is stale is served while nothing can be made; once that can be, what is fresh. */
async function expectStaleThenFresh({ origin }: Fleet, instance: Instance, path: string): Promise<Visit> {
  await whileHeld(origin.hold(path.slice(1)), async () => {
    expect(await ask(instance, path), path).toMatchObject({ status: 200, hits: 1 })
  })
  let answer: Visit | undefined
  const hits = async (): Promise<number | undefined> => (answer = await instance.visit(path)).hits
  await expect.poll(hits, path).toBe(2)
  return answer!
}

/** A is making it when its tag is invalidated, and is done after that. */
async function expectLateGone(fleet: Fleet, slug: string, invalidatedOn: Instance): Promise<void> {
  const { a, b, bucket, origin, tagRefreshMs } = fleet
  for (const path of [`/read/cached/${slug}`, `/read/remote/${slug}`]) {
    const held = origin.hold(path.slice(1))
    const making = a.visit(path)
    let acknowledgedAt = 0
    await whileHeld(held, async () => {
      await held.asked
      acknowledgedAt = await acknowledgedBy(updateTag(invalidatedOn, bucket, `tag-${slug}`))
    })
    const old = await making
    expect(old, path).toMatchObject({ status: 200, hits: 1 })
    await settled(bucket)
    if (invalidatedOn === a) expect(isNewer(await a.visit(path), old), path).toBe(true)
    for (const instance of [b, a]) await expectFollows(instance, { path, old, acknowledgedAt, tagRefreshMs })
  }
}

async function letWait(fleet: Fleet): Promise<Waiting> {
  const made = await renderedOnAll(fleet, 'expiring')
  const { acknowledged } = await invalidate(fleet.a, fleet.bucket, 'expire5', 'tag-expiring')
  const acknowledgedAt = await acknowledged
  for (const path of ['/read/lasting/waiting', '/read/fleeting/waiting']) {
    made.set(path, await fleet.a.visit(path))
    expect(await fleet.b.visit(path)).toMatchObject({ hits: 1 })
  }
  return { made, madeAt: performance.now(), acknowledgedAt }
}

async function startAlone(stage: Stage, env: Readonly<Record<string, string>>): Promise<Instance> {
  const build = await buildApp(BUILDS.cacheComponents)
  const origin = await stage.origin()
  return await stage.instance({ name: 'alone', build, env: { ...credentialsEnv(), ...env, ORIGIN_URL: origin.url } })
}

/** Whole, and with what the origin has. */
async function expectAnswers(instance: Instance): Promise<void> {
  for (const kind of [...TAGGED, 'api/read/cached', 'read/lasting', 'read/arguments']) {
    const path = `/${kind}/no-bucket`
    // Twice, because Next lets a request wait for the write of the one before.
    for (const signal of [AbortSignal.timeout(8000), AbortSignal.timeout(8000)]) {
      expect(await instance.visit(path, { signal }), path).toMatchObject({ status: 200, hits: expect.any(Number) })
    }
  }
}
