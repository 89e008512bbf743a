import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import { forgetCaches } from '../../../test/forget-caches.ts'
import { runs } from '../../../test/property.ts'
import { intercept } from '../object-store/intercept.ts'
import { createMemoryObjectStore } from '../object-store/memory-store.ts'
import type { S3Cache } from './data-cache.ts'
import { openDataCache } from './open-data-cache.ts'

const silent = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() }
const CHANGES = ['set', 'delete', 'clear', 'revalidateTag'] as const
const step = fc.record({
  what: fc.constantFrom(...CHANGES, 'get', 'get', 'remember', 'remember'),
  /** How long each of its requests takes, before and after it is carried out, and how long before the next step. */
  delays: fc.tuple(fc.constantFrom(0, 1, 8), fc.constantFrom(0, 1, 12), fc.constantFrom(0, 2, 6)),
  makingMs: fc.nat(6),
})
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** What every value says of itself: when its making began, by a count of all that happened. */
interface Numbered {
  readonly begunAt: number
}

/** Carries out the steps, each begun before the one before need have ended; resolves with what reads got that they must not. */
async function staleReads(
  cache: S3Cache,
  steps: readonly Step[],
  setDelays: (delays: Step['delays']) => void,
): Promise<object[]> {
  let clock = 0
  /** Of the changes that are done, the latest moment that one was called at: what was begun before is gone. */
  let goneUpTo = 0
  const stale: object[] = []
  const check = (what: string, floor: number, value: Numbered | undefined): void => {
    if (value !== undefined && value.begunAt < floor) stale.push({ what, floor, value })
  }
  const change = async (run: (calledAt: number) => Promise<unknown>): Promise<void> => {
    const calledAt = ++clock
    await run(calledAt)
    goneUpTo = Math.max(goneUpTo, calledAt)
  }
  const actions: Record<Step['what'], (step: Step) => Promise<void>> = {
    set: () => change((begunAt) => cache.set('k', { begunAt }, { tags: ['t'] })),
    delete: () => change(() => cache.delete('k')),
    clear: () => change(() => cache.clear()),
    revalidateTag: () => change(() => cache.revalidateTag('t')),
    get: async () => check('get', goneUpTo, await cache.get<Numbered>('k')),
    remember: async ({ makingMs }) => {
      const floor = goneUpTo
      const make = async (): Promise<Numbered> => {
        const begunAt = ++clock
        await sleep(makingMs)
        return { begunAt }
      }
      check('remember', floor, await cache.remember('k', make, { tags: ['t'] }))
    },
  }
  const running: Promise<void>[] = []
  for (const each of steps) {
    setDelays(each.delays)
    running.push(actions[each.what](each))
    await sleep(each.delays[2])
  }
  await Promise.all(running)
  return stale
}

it('gives nobody in the process what a change had made old that was done before they asked', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 4, maxLength: 14 }),
      fc.constantFrom(0, 5, 1000),
      async (steps, memoryCheckMs) => {
        let delays: Step['delays'] = [0, 0, 0]
        const store = intercept(createMemoryObjectStore({ maxBytes: 1e7 }), async (_call, run) => {
          const [before, after] = delays
          await sleep(before)
          const result = await run()
          await sleep(after)
          return result
        })
        const cache = openDataCache({ store, prefix: 'p/', logger: silent, memoryCheckMs, timeoutMs: 60_000 }, {})
        expect(await staleReads(cache, steps, (next) => (delays = next))).toEqual([])
        await cache.close()
        forgetCaches()
      },
    ),
    runs(60),
  )
})
