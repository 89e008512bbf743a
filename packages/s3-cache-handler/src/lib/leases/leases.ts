import { asError } from '../errors.ts'
import type { Layout } from '../keys/layout.ts'
import type { ObjectStore, PutOptions } from '../object-store/object-store.ts'
import type { Runtime } from '../runtime.ts'

/** A lease that this process holds. */
export interface Lease {
  /** Gives it up, if it is still this process's. Never rejects: a lease that stays runs out. */
  release(): Promise<void>
}

interface LeaseBody {
  readonly owner: string
  readonly leaseMs: number
}

type Condition = Pick<PutOptions, 'ifMatch' | 'ifNoneMatch'>

type Claim =
  | { readonly kind: 'held'; readonly lease: Lease }
  | { readonly kind: 'absent' }
  /** `holder` is undefined where the object is no lease. */
  | { readonly kind: 'present'; readonly holder: LeaseBody | undefined; readonly etag: string; readonly ageMs: number }

/**
 * Advisory locks as objects: who writes one that is not there holds it. They save work, and nothing correct may rest on
 * them. A lease's age is told by the store's own clock, so that no two machines' clocks are compared.
 */
export class Leases {
  readonly #store: ObjectStore
  readonly #layout: Layout
  readonly #runtime: Pick<Runtime, 'id'>

  constructor(store: ObjectStore, layout: Layout, runtime: Pick<Runtime, 'id'>) {
    this.#store = store
    this.#layout = layout
    this.#runtime = runtime
  }

  /** Undefined while somebody else holds it. Rejects where the store fails. */
  async tryAcquire(name: string, leaseMs: number): Promise<Lease | undefined> {
    const key = this.#layout.lease(name)
    const wanted: LeaseBody = { owner: this.#runtime.id(), leaseMs }
    const first = await this.#claim(key, wanted, { ifNoneMatch: '*' })
    if (first.kind !== 'present') return first.kind === 'held' ? first.lease : undefined
    if (first.holder !== undefined && first.ageMs <= first.holder.leaseMs) return undefined
    const taken = await this.#claim(key, wanted, { ifMatch: first.etag })
    return taken.kind === 'held' ? taken.lease : undefined
  }

  /** Writes it by a condition, and looks who holds it where that fails: an answer may have been lost. */
  async #claim(key: string, wanted: LeaseBody, condition: Condition): Promise<Claim> {
    const body = Buffer.from(JSON.stringify(wanted))
    const result = await this.#store.put(key, body, condition).catch(asError)
    if (!(result instanceof Error) && result.kind === 'stored') {
      return { kind: 'held', lease: this.#held(key, result.etag) }
    }
    const present = await this.#store.get(key, { absentIfDenied: true })
    const holder = present.kind === 'found' ? parseBody(present.body) : undefined
    if (present.kind === 'found' && holder?.owner === wanted.owner) {
      return { kind: 'held', lease: this.#held(key, present.etag) }
    }
    if (result instanceof Error) throw result
    return present.kind === 'found'
      ? { kind: 'present', holder, etag: present.etag, ageMs: ageOf(present) }
      : { kind: 'absent' }
  }

  #held(key: string, etag: string | undefined): Lease {
    return {
      release: async () => {
        try {
          await this.#store.delete(key, { ifMatch: etag })
        } catch {
          // The store's wrapper has reported it.
        }
      },
    }
  }
}

const ageOf = ({ date, lastModified }: { readonly date?: number | undefined; readonly lastModified: number }): number =>
  date === undefined ? 0 : date - lastModified

function parseBody(body: Buffer): LeaseBody | undefined {
  try {
    const { owner, leaseMs } = JSON.parse(body.toString('utf8')) as Partial<LeaseBody>
    return typeof owner === 'string' && typeof leaseMs === 'number' ? { owner, leaseMs } : undefined
  } catch {
    return undefined
  }
}
