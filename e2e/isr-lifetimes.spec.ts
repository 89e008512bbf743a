import { setTimeout as sleep } from 'node:timers/promises'
import type { Fleet } from './lib/fleet.ts'
import { renderOn } from './lib/render-on.ts'
import type { Instance } from './lib/stage.ts'
import { expect, test } from './lib/test.ts'
import type { Visit } from './lib/visit.ts'

// Real time is the cost of this file: everything is rendered once, and each test looks when its time has come.
const crossInstance = { tag: ['@cache', '@cross-instance'] }

const POLLED_SECONDS = 4.5

/** What B answered from the moment on when a page was stale. */
interface Refresh {
  readonly stale: Visit
  readonly fresh: Visit
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

test('after `revalidate` B serves the stale page, then the fresh one', crossInstance, async ({ fleet }) => {
  await expectStaleThenFresh(fleet.a, `isr/${slug}`, await ofIsrPage)
})

test('the same for a page of the Pages Router', crossInstance, async ({ fleet }) => {
  await expectStaleThenFresh(fleet.a, `legacy/${slug}`, await ofLegacyPage)
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
async function watchRefresh({ b, origin }: Fleet, key: string): Promise<Refresh> {
  await until(2.5)
  const stale = await b.visit(`/${key}`)
  let fresh = stale
  while (fresh.hits === stale.hits && performance.now() < startedAt + POLLED_SECONDS * 1000) {
    await sleep(50)
    fresh = await b.visit(`/${key}`)
  }
  return { stale, fresh, renders: origin.hits(key) }
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

async function expectStaleThenFresh(a: Instance, key: string, { stale, fresh, renders }: Refresh): Promise<void> {
  expect(stale).toMatchObject({ status: 200, cache: 'STALE', hits: 1 })
  expect(fresh).toMatchObject({ status: 200, cache: 'HIT', hits: 2 })
  expect(renders).toBe(2)
  await expect.poll(async () => (await a.visit(`/${key}`)).hits).toBeGreaterThan(1)
}
