import { setTimeout as sleep } from 'node:timers/promises'
import type { Fleet } from './lib/fleet.ts'
import { renderOn } from './lib/render-on.ts'
import { expect, test } from './lib/test.ts'
import type { Visit } from './lib/visit.ts'

// Real time is the cost of this file: everything is rendered once, and each test looks when its time has come.
const crossInstance = { tag: ['@cache', '@cross-instance'] }

const POLLED_SECONDS = 4.5

/** What B answered from the moment on when a page was stale. */
interface Refresh {
  readonly stale: Visit
  readonly fresh: Visit
  /** What A, whose own copy is stale by now, answers when it is first asked after B's refresh. */
  readonly onA: Visit
  /** How often the origin was asked in all. */
  readonly renders: number
}

let startedAt: number
let slug: string
let whileFresh: Visit
let ofIsrPage: Promise<Refresh>
let ofLegacyPage: Promise<Refresh>
let ofLastingPage: Promise<Visit[]>

/** Waits until so many seconds after all pages were rendered on A. */
const until = (seconds: number): Promise<void> => sleep(Math.max(0, startedAt + seconds * 1000 - performance.now()))

test.beforeAll(async ({ fleet }) => {
  const { a, b, bucket } = fleet
  slug = `lifetime-${process.pid}`
  // The first page of a route takes longer, and would make the others older than they should be.
  for (const route of ['isr', 'legacy', 'lasting']) await a.visit(`/${route}/lifetime-first`)
  for (const path of [`/isr/${slug}`, `/legacy/${slug}`, `/isr/${slug}-expired`, `/lasting/${slug}`]) {
    await renderOn(a, path, bucket)
  }
  startedAt = performance.now()
  whileFresh = await b.visit(`/isr/${slug}-expired`)
  ofIsrPage = watchRefresh(fleet, `isr/${slug}`)
  ofLegacyPage = watchRefresh(fleet, `legacy/${slug}`)
  ofLastingPage = poll(() => b.visit(`/lasting/${slug}`))
})

test('the pages were rendered on A before the clock started', { tag: '@control' }, () => {
  expect(startedAt).toBeGreaterThan(0)
  expect(whileFresh).toMatchObject({ status: 200 })
})

test(
  'after `revalidate` B serves the stale page, then the fresh one, which A takes from the bucket',
  crossInstance,
  async () => {
    expectStaleThenFresh(await ofIsrPage)
  },
)

test('the same for a page of the Pages Router', crossInstance, async () => {
  expectStaleThenFresh(await ofLegacyPage)
})

test(
  'B serves what only A rendered for its whole `revalidate` time without a render',
  crossInstance,
  async ({ fleet }) => {
    const visits = await ofLastingPage
    expect(visits.length).toBeGreaterThan(5)
    for (const visit of visits) expect(visit).toMatchObject({ cache: 'HIT', hits: 1 })
    expect(fleet.origin.hits(`lasting/${slug}`)).toBe(1)
  },
)

test('after `expire` the answer waits for a fresh render', crossInstance, async ({ fleet: { b } }) => {
  expect(whileFresh).toMatchObject({ cache: 'HIT', hits: 1 })
  await until(6.5)
  expect(await b.visit(`/isr/${slug}-expired`)).toMatchObject({ status: 200, hits: 2 })
})

/** Not in the tests, which may come late: between `revalidate` and `expire` there are four seconds. */
async function watchRefresh({ a, b, bucket, origin }: Fleet, key: string): Promise<Refresh> {
  const keyPattern = `${key}$`
  const puts = (): number => bucket.requests.count({ operation: 'PutObject', keyPattern })
  const putsBefore = puts()
  await until(2.5)
  const stale = await b.visit(`/${key}`)
  let fresh = stale
  while (fresh.hits === stale.hits && performance.now() < startedAt + POLLED_SECONDS * 1000) {
    await sleep(50)
    fresh = await b.visit(`/${key}`)
  }
  while (puts() === putsBefore && performance.now() < startedAt + POLLED_SECONDS * 1000) await sleep(20)
  // The PUT has begun by now, and takes a moment.
  await sleep(200)
  return { stale, fresh, onA: await a.visit(`/${key}`), renders: origin.hits(key) }
}

/** Looks again and again while the other tests run: only what it found is judged, later. */
async function poll(visit: () => Promise<Visit>): Promise<Visit[]> {
  const visits: Visit[] = []
  while (performance.now() < startedAt + POLLED_SECONDS * 1000) {
    visits.push(await visit())
    await sleep(250)
  }
  return visits
}

function expectStaleThenFresh({ stale, fresh, onA, renders }: Refresh): void {
  expect(stale).toMatchObject({ status: 200, cache: 'STALE', hits: 1 })
  expect(fresh).toMatchObject({ status: 200, cache: 'HIT', hits: 2 })
  expect(onA).toMatchObject({ status: 200, cache: 'HIT', hits: 2 })
  expect(renders).toBe(2)
}
