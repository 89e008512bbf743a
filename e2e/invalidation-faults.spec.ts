import { setTimeout as sleep } from 'node:timers/promises'
import type { ActiveFault, FaultRule } from 'local-s3'
import { isExternal } from './lib/credentials.ts'
import { expectFollows, isNewer, type Following } from './lib/expect-follows.ts'
import type { Fleet } from './lib/fleet.ts'
import { bellOf, invalidate, rung } from './lib/invalidate.ts'
import { removeByHand } from './lib/objects.ts'
import { expectUntouched, renderedOnBoth } from './lib/rendered-on-both.ts'
import { expect, test } from './lib/test.ts'

test.skip(isExternal, "needs local-s3's faults")

// What takes a minute is in quiet-minute.spec.ts, and what needs no Next in tag-log.spec.ts.
const crossInstance = { tag: ['@cache', '@cross-instance'] }

const BELL = 'v1/tags/bell'
const ofBell = { operation: 'PutObject', keyPattern: `${BELL}$` } as const

test('a bell that answers 500 twice delays an invalidation and does not lose it', crossInstance, async ({ fleet }) => {
  const following = await rendered(fleet, '/tagged/fault-500')
  const { a, b, bucket } = fleet
  const fault = await whileFaulty(fleet, { fault: { kind: 'status', status: 500 }, ...ofBell, times: 2 }, async () => {
    const { acknowledged } = await invalidate(a, bucket, 'hard', 'tag-fault-500')
    expect(isNewer(await a.visit(following.path), following.old)).toBe(true)
    await expectFollows(b, { ...following, acknowledgedAt: await acknowledged })
  })
  expect(fault.fired).toBe(2)
  await expectUntouched(fleet, '/tagged/fault-500-control')
})

test(
  'a bell that was deleted by hand hides neither what was rung before nor what is rung after',
  crossInstance,
  async ({ fleet }) => {
    const { a, b, bucket } = fleet
    const before = await rendered(fleet, '/tagged/fault-deleted-before')
    const after = await rendered(fleet, '/tagged/fault-deleted-after')
    // B is not asked for anything in between, and so has not looked at the bell when it is deleted.
    const acknowledgedAt = await (await invalidate(a, bucket, 'hard', 'tag-fault-deleted-before')).acknowledged
    await removeByHand(bucket, BELL)
    await expectFollows(b, { ...before, acknowledgedAt })

    await removeByHand(bucket, BELL)
    const { acknowledged } = await invalidate(a, bucket, 'hard', 'tag-fault-deleted-after')
    await expectFollows(b, { ...after, acknowledgedAt: await acknowledged })
    for (const path of [before.path, after.path]) await expectUntouched(fleet, `${path}-control`)
  },
)

test(
  'a restarted process knows what it invalidated itself, and what was invalidated meanwhile',
  crossInstance,
  async ({ fleet, stage }) => {
    const { a, b, bucket, build, env } = fleet
    const own = await rendered(fleet, '/tagged/fault-restart-own')
    const meanwhile = await rendered(fleet, '/tagged/fault-restart-meanwhile')
    const first = await stage.instance({ name: 'C', build, env })
    for (const { path } of [own, meanwhile]) expect(await first.visit(path)).toMatchObject({ cache: 'HIT', hits: 1 })

    const { acknowledged } = await invalidate(first, bucket, 'hard', 'tag-fault-restart-own')
    const acknowledgedAt = await acknowledged
    await first.stop()
    await (
      await invalidate(a, bucket, 'hard', 'tag-fault-restart-meanwhile')
    ).acknowledged
    const again = await stage.instance({ name: 'C', build, env })
    for (const { path, old } of [own, meanwhile]) expect(isNewer(await again.visit(path), old), path).toBe(true)
    await expectFollows(b, { ...own, acknowledgedAt })
    for (const path of [own.path, meanwhile.path]) {
      expect(await again.visit(`${path}-control`)).toMatchObject({ cache: 'HIT', hits: 1 })
    }
  },
)

test(
  'a writer killed between the log and the bell: the next invalidation of anybody, or a start, brings its event',
  crossInstance,
  async ({ fleet, stage }) => {
    const { a, b, bucket, build, env, tagRefreshMs } = fleet
    const unannounced = await rendered(fleet, '/tagged/fault-killed')
    const next = await rendered(fleet, '/tagged/fault-killed-next')
    const writer = await stage.instance({ name: 'K', build, env })
    expect(await writer.visit(unannounced.path)).toMatchObject({ cache: 'HIT', hits: 1 })
    const events = bucket.requests.count({ operation: 'PutObject', keyPattern: 'v1/tags/log/0000/' })
    await whileFaulty(fleet, { fault: { kind: 'hang' }, ...ofBell }, async (fault) => {
      await writer.visit('/api/invalidate?how=hard&subject=tag-fault-killed', { method: 'POST' })
      await expect.poll(() => fault.fired).toBeGreaterThan(0)
      expect(await writer.stop('SIGKILL')).toMatchObject({ signal: 'SIGKILL' })
    })
    expect(bucket.requests.count({ operation: 'PutObject', keyPattern: 'v1/tags/log/0000/' })).toBe(events + 1)

    // The control: it was stored, and nobody was told.
    await sleep(tagRefreshMs)
    expect(await b.visit(unannounced.path)).toMatchObject({ cache: 'HIT', hits: 1 })
    const started = await stage.instance({ name: 'D', build, env })
    expect(isNewer(await started.visit(unannounced.path), unannounced.old)).toBe(true)

    const { acknowledged } = await invalidate(a, bucket, 'hard', 'tag-fault-killed-next')
    const acknowledgedAt = await acknowledged
    expect(isNewer(await a.visit(unannounced.path), unannounced.old)).toBe(true)
    for (const following of [next, unannounced]) await expectFollows(b, { ...following, acknowledgedAt })
    await expectUntouched(fleet, '/tagged/fault-killed-next-control')
  },
)

test(
  'a ring that timed out and lands later than the ring of another hides nothing',
  crossInstance,
  async ({ fleet, stage }) => {
    const { a, b, bucket, build, env, tagRefreshMs } = fleet
    const LATE_MS = 5000
    const ofSlow = await rendered(fleet, '/tagged/fault-late-ring')
    const ofOther = await rendered(fleet, '/tagged/fault-late-ring-other')
    const slow = await stage.instance({ name: 'L', build, env: { ...env, CACHE_TIMEOUT_MS: '400' } })
    // The first request of a process pays for everything, and may take longer than this one waits for the bucket.
    await slow.visit('/forever/late-ring-warm-up')
    expect(await slow.visit(ofSlow.path)).toMatchObject({ cache: 'HIT', hits: 1 })

    const fault = await whileFaulty(fleet, { fault: { kind: 'late', ms: LATE_MS }, ...ofBell, times: 1 }, async () => {
      const calledAt = performance.now()
      const { acknowledged } = await invalidate(slow, bucket, 'hard', 'tag-fault-late-ring')
      // Its second ring, after the first timed out. B keeps the ETag of that one.
      await expectFollows(b, { ...ofSlow, acknowledgedAt: await acknowledged })
      const other = await invalidate(a, bucket, 'hard', 'tag-fault-late-ring-other')
      const acknowledgedAt = await other.acknowledged
      const bell = await bellOf(bucket)
      expect(performance.now() - calledAt, 'the late ring has not landed yet').toBeLessThan(LATE_MS)
      // B, which is not asked meanwhile, sees the bell only as the late ring leaves it.
      await rung(bucket, bell, LATE_MS + 1000)
      await sleep(Math.max(0, acknowledgedAt + tagRefreshMs - performance.now()))
      await expectFollows(b, { ...ofOther, acknowledgedAt })
    })
    expect(fault.fired).toBe(1)
    for (const { path } of [ofSlow, ofOther]) await expectUntouched(fleet, `${path}-control`)
  },
)

/** A page that both instances have, with a control beside it. */
async function rendered(fleet: Fleet, path: string): Promise<Omit<Following, 'acknowledgedAt'>> {
  await renderedOnBoth(fleet, `${path}-control`)
  return { path, old: await renderedOnBoth(fleet, path), tagRefreshMs: fleet.tagRefreshMs }
}

/** Gives the fault back, for what it has fired. */
async function whileFaulty(
  { bucket: { faults } }: Fleet,
  rule: FaultRule,
  act: (fault: ActiveFault) => Promise<void>,
): Promise<ActiveFault> {
  const fault = faults.add(rule)
  try {
    await act(fault)
  } finally {
    faults.remove(fault.id)
  }
  return fault
}
