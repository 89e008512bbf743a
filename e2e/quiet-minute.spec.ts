import { setTimeout as sleep } from 'node:timers/promises'
import { isNewer, ROUND_TRIP_MS } from './lib/expect-follows.ts'
import { startFleet, type Fleet } from './lib/fleet.ts'
import { invalidate } from './lib/invalidate.ts'
import { renderedOnBoth } from './lib/rendered-on-both.ts'
import { Stage } from './lib/stage.ts'
import { expect, test } from './lib/test.ts'
import type { Visit } from './lib/visit.ts'

// Real time is the cost of this file: one minute serves all its tests, and no mutant waits for it. During the minute A
// has steady traffic, B has none, and C is frozen.
const MINUTE_MS = 60_000
/** Without any request at all, after the minute. */
const SILENCE_MS = 3000
const VISITS_A_SECOND = 20
const WARM = ['/tagged/minute-warm', '/tagged-route/minute-warm', '/legacy/minute-warm', '/fetch/minute-warm']

interface Minute {
  readonly elapsedMs: number
  readonly visits: readonly Visit[]
  readonly tagRequests: number
  readonly otherRequests: number
}

interface First {
  readonly old: Visit
  readonly answer: Visit
  readonly control: Visit
}

const stage = new Stage()
let fleet: Fleet
let minute: Minute
let silentRequests: number
let isFrozen: boolean
let onIdle: First
let onFrozen: First

test.beforeAll(async () => {
  fleet = await startFleet(stage)
  const { a, b, bucket, build, env } = fleet
  const c = await stage.instance({ name: 'C', build, env })
  for (const path of WARM) await renderedOnBoth(fleet, path)
  const oldOnIdle = await renderedOnBoth(fleet, '/tagged/minute-idle')
  const oldOnFrozen = await renderedOnBoth(fleet, '/tagged/minute-frozen')
  await renderedOnBoth(fleet, '/tagged/minute-control')
  for (const path of ['/tagged/minute-frozen', '/tagged/minute-control']) {
    expect(await c.visit(path)).toMatchObject({ cache: 'HIT', hits: 1 })
  }

  process.kill(c.pid, 'SIGSTOP')
  isFrozen = await c.visit('/tagged/minute-control', { signal: AbortSignal.timeout(500) }).then(
    () => false,
    () => true,
  )
  const { acknowledged } = await invalidate(a, bucket, 'hard', 'tag-minute-idle', 'tag-minute-frozen')
  await acknowledged
  minute = await steadyMinute()
  const before = bucket.requests.count()
  await sleep(SILENCE_MS)
  silentRequests = bucket.requests.count() - before

  process.kill(c.pid, 'SIGCONT')
  onFrozen = {
    old: oldOnFrozen,
    answer: await c.visit('/tagged/minute-frozen'),
    control: await c.visit('/tagged/minute-control'),
  }
  onIdle = {
    old: oldOnIdle,
    answer: await b.visit('/tagged/minute-idle'),
    control: await b.visit('/tagged/minute-control'),
  }
})

test.afterAll(() => stage.close())

test('a minute of steady traffic costs no object request but one look at the tags a second', () => {
  const { elapsedMs, visits, tagRequests, otherRequests } = minute
  expect(elapsedMs).toBeGreaterThanOrEqual(MINUTE_MS)
  expect(visits.length).toBeGreaterThan((MINUTE_MS / 1000) * VISITS_A_SECOND * 0.5)
  expect(
    visits.filter(({ status, hits, cache }) => status !== 200 || hits !== 1 || (cache ?? 'HIT') !== 'HIT'),
  ).toEqual([])
  expect(otherRequests).toBe(0)
  expect(tagRequests).toBeLessThanOrEqual(elapsedMs / fleet.tagRefreshMs + 1)
  // The control: it did look.
  expect(tagRequests).toBeGreaterThan((elapsedMs / fleet.tagRefreshMs) * 0.5)
})

test('instances without a request ask the bucket for nothing', () => {
  // B and C were silent for the whole minute too: they would have made it more than one instance's requests.
  expect(silentRequests).toBe(0)
})

test('the first request after an idle minute is answered with what was invalidated meanwhile', () => {
  expect(isNewer(onIdle.answer, onIdle.old), `it was ${onIdle.answer.cache}`).toBe(true)
  expect(onIdle.control).toMatchObject({ cache: 'HIT', hits: 1 })
})

test('so is that of an instance that was frozen for the minute', () => {
  expect(isFrozen).toBe(true)
  expect(isNewer(onFrozen.answer, onFrozen.old), `it was ${onFrozen.answer.cache}`).toBe(true)
  expect(onFrozen.control).toMatchObject({ cache: 'HIT', hits: 1 })
})

async function steadyMinute(): Promise<Minute> {
  const { a, bucket, tagRefreshMs } = fleet
  // What the invalidation made A look for is over.
  await sleep(tagRefreshMs + ROUND_TRIP_MS)
  const ofTags = (): number => bucket.requests.count({ keyPrefix: 'v1/tags/' })
  const before = { tags: ofTags(), all: bucket.requests.count(), at: performance.now() }
  const visits: Visit[] = []
  while (performance.now() - before.at < MINUTE_MS) {
    visits.push(await a.visit(WARM[visits.length % WARM.length]!))
    await sleep(1000 / VISITS_A_SECOND)
  }
  const tagRequests = ofTags() - before.tags
  const otherRequests = bucket.requests.count() - before.all - tagRequests
  return { elapsedMs: performance.now() - before.at, visits, tagRequests, otherRequests }
}
