import { LRUCache } from 'lru-cache'
import type { Runtime } from '../runtime.ts'
import type { Lease, Leases } from './leases.ts'

/** A render that takes long has a long lease: three times the last one, within these bounds. */
const MIN_LEASE_MS = 10_000
const MAX_LEASE_MS = 60_000
const RENDERS_A_LEASE = 3
/** Who lost asks again after so long at the earliest. */
const ASK_AGAIN_MS = 1000
/** Leases that somebody whose own ran out leaves to others. */
const LEASES_SAT_OUT = 2
/** An entry that is stale for so many leases is rendered whoever holds one: who holds it may be wedged. */
const LEASES_WAITED = 3
const MAX_ENTRIES = 5000

/** Who renders a stale response. */
export type Turn =
  | { readonly kind: 'others' }
  /** Call `end` when the new entry is stored, or `leave` where none is needed after all. */
  | { readonly kind: 'ours'; readonly end: () => Promise<void>; readonly leave: () => Promise<void> }

export interface RefreshesParts {
  readonly leases: Pick<Leases, 'tryAcquire'>
  /** Without them there are no leases, and each instance renders for itself. */
  readonly hasConditionalPut: () => Promise<boolean>
  readonly runtime: Pick<Runtime, 'monotonicMs'>
}

/** What this process knows of the refreshing of one entry. Times are monotonic, in ms. */
interface Refreshing {
  /** Which version of the entry is stale. */
  version: number
  staleSinceMs: number
  /** Not to ask before. */
  quietUntilMs: number
  /** When the lease that is held here runs out. */
  heldUntilMs: number | undefined
  lastRenderMs: number
}

/**
 * Lets one instance of the fleet render a stale response, while the others go on serving it. Only for responses, and only
 * for stale ones: whoever leaves it to others is given something old, which must not be past its time, and of which
 * nothing else must be made.
 */
export class Refreshes {
  readonly #parts: RefreshesParts
  readonly #entries = new LRUCache<string, Refreshing>({ max: MAX_ENTRIES })

  constructor(parts: RefreshesParts) {
    this.#parts = parts
  }

  /** How many entries it knows of. */
  get size(): number {
    return this.#entries.size
  }

  /**
   * Never rejects.
   * @param version Tells one state of the entry from the next: its `lastModified`.
   */
  async begin(name: string, version: number): Promise<Turn> {
    const { leases, hasConditionalPut, runtime } = this.#parts
    const now = runtime.monotonicMs()
    const entry = this.#entryOf(name, version, now)
    const leaseMs = Math.min(MAX_LEASE_MS, Math.max(MIN_LEASE_MS, RENDERS_A_LEASE * entry.lastRenderMs))
    if (now - entry.staleSinceMs > LEASES_WAITED * leaseMs) return this.#ours(entry, now, undefined)
    if (entry.heldUntilMs !== undefined && now >= entry.heldUntilMs) {
      // Whatever kept it from ending may keep the next one, too.
      entry.quietUntilMs = entry.heldUntilMs + LEASES_SAT_OUT * leaseMs
      entry.heldUntilMs = undefined
    }
    if (entry.heldUntilMs !== undefined || now < entry.quietUntilMs) return { kind: 'others' }
    // So that nobody asks beside this one.
    entry.quietUntilMs = now + ASK_AGAIN_MS
    if (!(await hasConditionalPut().catch(() => false))) return this.#ours(entry, now, undefined)
    const lease = await leases.tryAcquire(`refresh ${name}`, leaseMs).catch(() => 'failed' as const)
    if (lease === undefined) return { kind: 'others' }
    if (lease === 'failed') return this.#ours(entry, now, undefined)
    entry.heldUntilMs = now + leaseMs
    return this.#ours(entry, now, lease)
  }

  #ours(entry: Refreshing, begunMs: number, lease: Lease | undefined): Turn {
    const leave = async (): Promise<void> => {
      entry.heldUntilMs = undefined
      entry.quietUntilMs = 0
      await lease?.release()
    }
    return {
      kind: 'ours',
      end: async () => {
        entry.lastRenderMs = this.#parts.runtime.monotonicMs() - begunMs
        await leave()
      },
      leave,
    }
  }

  /** The one object of an entry, also of its next version: the turn that is under way ends on it. */
  #entryOf(name: string, version: number, now: number): Refreshing {
    const entry = this.#entries.get(name) ?? { ...UNKNOWN }
    if (entry.version === version) return entry
    entry.version = version
    entry.staleSinceMs = now
    entry.quietUntilMs = 0
    this.#entries.set(name, entry)
    return entry
  }
}

const UNKNOWN: Readonly<Refreshing> = {
  version: NaN,
  staleSinceMs: 0,
  quietUntilMs: 0,
  heldUntilMs: undefined,
  lastRenderMs: 0,
}
