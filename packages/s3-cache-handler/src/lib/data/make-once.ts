import type { Lease, Leases } from '../leases/leases.ts'
import type { DataEntries } from './data-entries.ts'
import type { DataRuntime } from './data-runtime.ts'
import type { Made } from './flights.ts'
import type { LockSeconds } from './remember-options.ts'

/** How often who waits for another process's value looks for it, with as much jitter. */
const LOOK_AGAIN_MS = 100

export interface MakeOnceParts {
  readonly entries: DataEntries
  readonly leases: Leases
  readonly hasConditionalPut: () => Promise<boolean>
  readonly runtime: Pick<DataRuntime, 'pause' | 'random' | 'monotonicMs'>
}

export interface MakeOnceCall {
  readonly key: string
  readonly lock: LockSeconds
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal
  /** The value, once somebody has stored it. */
  readonly look: () => Promise<Made | undefined>
  readonly makeHere: () => Promise<Made>
}

/**
 * One process of the fleet makes a missing value; the others wait for it, and make their own when that takes too long,
 * or when the store cannot lock.
 */
export async function makeOnce(parts: MakeOnceParts, call: MakeOnceCall): Promise<Made> {
  const { leases, hasConditionalPut, runtime } = parts
  const { key, lock, signal, look, makeHere } = call
  if (!(await hasConditionalPut().catch(() => false))) return await makeHere()
  const until = runtime.monotonicMs() + lock.wait * 1000
  for (;;) {
    signal.throwIfAborted()
    const lease = await leases.tryAcquire(key, lock.lease * 1000).catch(() => 'failed' as const)
    if (lease === 'failed') return await makeHere()
    if (lease !== undefined) return await makeHolding(parts, call, lease)
    const there = await look()
    if (there !== undefined) return there
    if (runtime.monotonicMs() >= until) return await makeHere()
    await runtime.pause(LOOK_AGAIN_MS * (1 + runtime.random()))
  }
}

async function makeHolding({ entries }: MakeOnceParts, call: MakeOnceCall, lease: Lease): Promise<Made> {
  const { key, look, makeHere } = call
  try {
    // Somebody may have finished between the look before and the lease.
    const made = (await look()) ?? (await makeHere())
    // Only once the others can find the value: else the next one makes it again.
    void Promise.resolve(made.stored)
      .then(() => entries.settled(key))
      .then(() => lease.release())
    return made
  } catch (error) {
    await lease.release()
    throw error
  }
}
