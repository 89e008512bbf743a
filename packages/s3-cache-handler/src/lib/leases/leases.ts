import type { Layout } from '../keys/layout.ts'
import type { ObjectStore } from '../object-store/object-store.ts'
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
    const owner = this.#runtime.id()
    const body = Buffer.from(JSON.stringify({ owner, leaseMs } satisfies LeaseBody))
    const first = await this.#store.put(key, body, { ifNoneMatch: '*' })
    if (first.kind === 'stored') return this.#held(key, first.etag)
    const present = await this.#store.get(key)
    if (present.kind !== 'found') return undefined
    const holder = parseBody(present.body)
    // The answer to the first attempt was lost.
    if (holder?.owner === owner) return this.#held(key, present.etag)
    if (holder !== undefined && ageOf(present) <= holder.leaseMs) return undefined
    const taken = await this.#store.put(key, body, { ifMatch: present.etag })
    return taken.kind === 'stored' ? this.#held(key, taken.etag) : undefined
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
    return JSON.parse(body.toString('utf8')) as LeaseBody
  } catch {
    return undefined
  }
}
