import { setTimeout as sleep } from 'node:timers/promises'
import { expectFollows, isNewer } from './lib/expect-follows.ts'
import type { Fleet } from './lib/fleet.ts'
import { invalidate, revalidateOnDemand, type Way } from './lib/invalidate.ts'
import { settled } from './lib/render-on.ts'
import { expectUntouched, renderedOnBoth } from './lib/rendered-on-both.ts'
import type { Instance } from './lib/stage.ts'
import { expect, test } from './lib/test.ts'
import type { Visit } from './lib/visit.ts'
import { ask, whileHeld } from './lib/while-held.ts'

// Runs twice: with the default `tagRefreshMs` and, as the project `every-request`, with 0. Every test has entries and
// tags of its own, which are named after it.
const crossInstance = { tag: ['@cache', '@cross-instance'] }

const EXPIRE_MS = 5000

/** What was softly invalidated, to be gone after five seconds, before the first test, and not asked for since. */
interface Expiring {
  readonly onA: Visit
  readonly onB: Visit
  readonly acknowledgedAt: number
}
let expiring: Promise<Expiring>

test.beforeAll(({ fleet }) => {
  expiring = letExpire(fleet)
  expiring.catch(() => {})
})

test('an invalidation is answered by both instances', { tag: '@control' }, async ({ fleet: { a, b } }) => {
  for (const instance of [a, b]) {
    for (const how of ['hard', 'soft', 'expire5', 'path']) {
      const path = `/api/invalidate?how=${how}&subject=tag-of-nothing`
      expect(await instance.visit(path, { method: 'POST' })).toMatchObject({ status: 204 })
    }
    for (const route of ['tagged', 'tagged-route', 'tagged-unstable', 'fetch', 'legacy']) {
      expect(await instance.visit(`/${route}/inv-control`)).toMatchObject({ status: 200 })
    }
  }
})

test('a page whose tag A invalidated is gone on A at once, and on B in time', crossInstance, async ({ fleet }) => {
  await expectGone(fleet, '/tagged/inv-page', 'hard', 'tag-inv-page')
})

test('a route handler whose tag A invalidated is gone on both', crossInstance, async ({ fleet }) => {
  await expectGone(fleet, '/tagged-route/inv-route', 'hard', 'tag-inv-route')
})

test('a page of the Pages Router whose path A invalidated is gone on both', crossInstance, async ({ fleet }) => {
  await expectGone(fleet, '/legacy/inv-legacy', 'path', '/legacy/inv-legacy')
})

test('a page whose path A invalidated is gone on both', crossInstance, async ({ fleet }) => {
  await expectGone(fleet, '/forever/inv-path', 'path', '/forever/inv-path')
})

test('a fetch whose tag A invalidated is gone on both', crossInstance, async ({ fleet }) => {
  await expectGone(fleet, '/fetch/inv-fetch', 'hard', 'tag-inv-fetch')
})

test('a fetch in a page whose path A invalidated is gone on both', crossInstance, async ({ fleet }) => {
  await expectGone(fleet, '/fetch/inv-soft-tag', 'path', '/fetch/inv-soft-tag')
})

test('a result of unstable_cache whose tag A invalidated is gone on both', crossInstance, async ({ fleet }) => {
  await expectGone(fleet, '/tagged-unstable/inv-unstable', 'hard', 'tag-inv-unstable')
})

test(
  'a soft tag serves the stale page once where it was called, then the fresh one everywhere',
  crossInstance,
  async ({ fleet }) => {
    const { a, b, bucket, origin, tagRefreshMs } = fleet
    const path = '/tagged/inv-soft'
    const old = await renderedOnBoth(fleet, path)
    await renderedOnBoth(fleet, '/tagged/inv-soft-control')
    const { acknowledged } = await invalidate(a, bucket, 'soft', 'tag-inv-soft')
    await expectStaleThenFresh(fleet, a, path)
    const onB = await expectFollows(b, { path, old, acknowledgedAt: await acknowledged, tagRefreshMs })
    expect(onB.cache).toBe('HIT')
    // B takes over what A rendered; or it was asked while A's refresh was not stored yet, and has rendered for itself.
    expect(origin.hits('tagged/inv-soft')).toBeLessThanOrEqual(3)
    await expectUntouched(fleet, '/tagged/inv-soft-control')
  },
)

test(
  'a soft tag of A serves the stale page on B, then the fresh one, which A takes over',
  crossInstance,
  async ({ fleet }) => {
    const { a, b, bucket, origin, tagRefreshMs } = fleet
    const path = '/tagged/inv-soft-b'
    await renderedOnBoth(fleet, path)
    await renderedOnBoth(fleet, `${path}-control`)
    const { acknowledged } = await invalidate(a, bucket, 'soft', 'tag-inv-soft-b')
    await acknowledged
    await sleep(tagRefreshMs)
    await expectStaleThenFresh(fleet, b, path)
    await settled(bucket)
    // It knew of the invalidation, so that its render is good for all: nobody else makes another.
    for (const instance of [a, b]) expect(await instance.visit(path)).toMatchObject({ cache: 'HIT', hits: 2 })
    expect(origin.hits('tagged/inv-soft-b')).toBe(2)
    await expectUntouched(fleet, `${path}-control`)
  },
)

test('a soft tag serves a fetch stale, then fresh, on both', crossInstance, async ({ fleet }) => {
  const { a, b, bucket, origin, tagRefreshMs } = fleet
  const path = '/fetch/inv-soft-fetch'
  const old = await renderedOnBoth(fleet, path)
  await renderedOnBoth(fleet, '/fetch/inv-soft-fetch-control')
  const { acknowledged } = await invalidate(a, bucket, 'soft', 'tag-inv-soft-fetch')
  const held = origin.hold('fetch/inv-soft-fetch')
  await whileHeld(held, async () => expect(await ask(a, path)).toMatchObject({ hits: 1 }))
  await expect.poll(async () => (await a.visit(path)).hits).toBeGreaterThan(1)
  await expectFollows(b, { path, old, acknowledgedAt: await acknowledged, tagRefreshMs })
  await expectUntouched(fleet, '/fetch/inv-soft-fetch-control')
})

test(
  'with { expire: 5 } a page is stale before the five seconds are over, and gone after',
  crossInstance,
  async ({ fleet }) => {
    const { a, b, bucket } = fleet
    await renderedOnBoth(fleet, '/tagged/inv-expire-soon')
    const { acknowledged } = await invalidate(a, bucket, 'expire5', 'tag-inv-expire-soon')
    await acknowledged
    await expectStaleThenFresh(fleet, a, '/tagged/inv-expire-soon')

    const { onA, onB, acknowledgedAt } = await expiring
    await sleep(Math.max(0, acknowledgedAt + EXPIRE_MS - performance.now()))
    expect(isNewer(await a.visit('/tagged/inv-expire-a'), onA)).toBe(true)
    expect(isNewer(await b.visit('/tagged/inv-expire-b'), onB)).toBe(true)
    await expectUntouched(fleet, '/tagged/inv-expire-control')
  },
)

test('a soft tag after a hard one does not bring back what is gone', crossInstance, async ({ fleet }) => {
  const { a, b, bucket, tagRefreshMs } = fleet
  const path = '/tagged/inv-hard-then-soft'
  const old = await renderedOnBoth(fleet, path)
  await renderedOnBoth(fleet, '/tagged/inv-hard-then-soft-control')
  const hard = await invalidate(a, bucket, 'hard', 'tag-inv-hard-then-soft')
  await hard.acknowledged
  const soft = await invalidate(a, bucket, 'soft', 'tag-inv-hard-then-soft')
  expect(isNewer(await a.visit(path), old)).toBe(true)
  await expectFollows(b, { path, old, acknowledgedAt: await soft.acknowledged, tagRefreshMs })
  await expectUntouched(fleet, '/tagged/inv-hard-then-soft-control')
})

test(
  'what the Pages Router revalidates on demand on A is what B serves, without a render of its own',
  crossInstance,
  async ({ fleet }) => {
    const { a, b, bucket, origin, tagRefreshMs } = fleet
    const path = '/legacy/inv-on-demand'
    const old = await renderedOnBoth(fleet, path)
    await renderedOnBoth(fleet, '/legacy/inv-on-demand-control')
    const { acknowledged } = await revalidateOnDemand(a, bucket, path)
    expect(await a.visit(path)).toMatchObject({ cache: 'HIT', hits: 2 })
    const onB = await expectFollows(b, { path, old, acknowledgedAt: await acknowledged, tagRefreshMs })
    expect(onB).toMatchObject({ cache: 'HIT', hits: 2 })
    expect(origin.hits('legacy/inv-on-demand')).toBe(2)
    await expectUntouched(fleet, '/legacy/inv-on-demand-control')
  },
)

test(
  'a render that began before an invalidation on its own instance is not served',
  crossInstance,
  async ({ fleet }) => {
    await expectLateRenderGone(fleet, 'inv-late-a', fleet.a)
  },
)

test(
  'a render that began before an invalidation on another instance is not served',
  crossInstance,
  async ({ fleet }) => {
    await expectLateRenderGone(fleet, 'inv-late-b', fleet.b)
  },
)

test(
  'a client navigation and a prefetch on either get what was rendered after an invalidation',
  crossInstance,
  async ({ fleet }) => {
    const { a, b, bucket, tagRefreshMs } = fleet
    const path = '/tagged/inv-payload'
    const old = await renderedOnBoth(fleet, path)
    await renderedOnBoth(fleet, `${path}-control`)
    const navigation = { headers: { rsc: '1' } }
    const prefetch = { headers: { rsc: '1', 'next-router-prefetch': '1' } }
    for (const { headers } of [navigation, prefetch]) {
      expect(await a.visit(path, { headers, redirect: 'follow' })).toMatchObject({ status: 200, hits: 1, cache: 'HIT' })
    }
    const { acknowledged } = await invalidate(a, bucket, 'hard', 'tag-inv-payload')
    for (const { headers } of [prefetch, navigation]) {
      const init: RequestInit = { headers, redirect: 'follow' }
      expect(isNewer(await a.visit(path, init), old)).toBe(true)
      await expectFollows(b, { path, old, acknowledgedAt: await acknowledged, tagRefreshMs, init })
    }
    await expectUntouched(fleet, `${path}-control`)
  },
)

/** On A the very next answer is new; on B none that began later than the bound is old; and a control is untouched. */
async function expectGone(fleet: Fleet, path: string, how: Way, subject: string): Promise<void> {
  const { a, b, bucket, tagRefreshMs } = fleet
  const old = await renderedOnBoth(fleet, path)
  await renderedOnBoth(fleet, `${path}-control`)
  const { acknowledged } = await invalidate(a, bucket, how, subject)
  const next = await a.visit(path)
  expect(isNewer(next, old), `hits ${next.hits}, data ${next.data}, ${next.cache}`).toBe(true)
  await expectFollows(b, { path, old, acknowledgedAt: await acknowledged, tagRefreshMs })
  await expectUntouched(fleet, `${path}-control`)
}

/** The stale page is served while nothing can be rendered; once it is rendered, it is served. */
async function expectStaleThenFresh({ origin }: Fleet, instance: Instance, path: string): Promise<void> {
  const held = origin.hold(path.slice(1))
  await whileHeld(held, async () => expect(await ask(instance, path)).toMatchObject({ cache: 'STALE', hits: 1 }))
  const isFresh = async (): Promise<boolean> => {
    const { cache, hits = 0 } = await instance.visit(path)
    return cache === 'HIT' && hits > 1
  }
  await expect.poll(isFresh).toBe(true)
}

async function letExpire(fleet: Fleet): Promise<Expiring> {
  const onA = await renderedOnBoth(fleet, '/tagged/inv-expire-a')
  const onB = await renderedOnBoth(fleet, '/tagged/inv-expire-b')
  await renderedOnBoth(fleet, '/tagged/inv-expire-control')
  const { acknowledged } = await invalidate(fleet.a, fleet.bucket, 'expire5', 'tag-inv-expire-a', 'tag-inv-expire-b')
  return { onA, onB, acknowledgedAt: await acknowledged }
}

/** A renders, and has its data, when the tag is invalidated; the render ends after that. */
async function expectLateRenderGone(fleet: Fleet, slug: string, invalidatedOn: Instance): Promise<void> {
  const { a, b, bucket, origin, tagRefreshMs } = fleet
  const path = `/tagged/${slug}`
  await renderedOnBoth(fleet, `${path}-control`)
  const held = origin.hold(`tagged/${slug}`)
  const rendering = a.visit(path)
  let acknowledgedAt = 0
  await whileHeld(held, async () => {
    await held.asked
    const { acknowledged } = await invalidate(invalidatedOn, bucket, 'hard', `tag-${slug}`)
    acknowledgedAt = await acknowledged
  })
  const old = await rendering
  expect(old).toMatchObject({ status: 200, hits: 1, data: 1 })
  await settled(bucket)
  if (invalidatedOn === a) expect(isNewer(await a.visit(path), old)).toBe(true)
  for (const instance of [b, a]) await expectFollows(instance, { path, old, acknowledgedAt, tagRefreshMs })
  await expectUntouched(fleet, `${path}-control`)
}
