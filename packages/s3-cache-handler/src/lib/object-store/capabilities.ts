import { onBehalfOf } from '../cause.ts'
import { messageOf } from '../errors.ts'
import { ObjectStoreError } from './object-store-error.ts'
import type { ObjectStore } from './object-store.ts'

/** What not every store has. */
export type Capability = 'conditional-put' | 'conditional-delete' | 'list' | 'tags'

export interface Capabilities {
  /** Found by asking the store, once. Rejects where that fails: then it is not known, and asked again. */
  readonly has: (capability: Capability) => Promise<boolean>
}

export interface CapabilitiesParts {
  /** What the keys of the objects that are written for this begin with. They are deleted again. */
  readonly probeKey: string
  /** Told once of each that the store lacks. */
  readonly onLack: (capability: Capability, reason: string) => void
}

/** What stands in the way: undefined for nothing. The object is there. */
type Probe = (store: ObjectStore, key: string) => Promise<string | undefined>

const WRONG_ETAG = '"00000000000000000000000000000000"'
const BODY = Buffer.from('s3-cache-handler asks whether this store keeps to conditions')

const PROBES: Readonly<Record<Capability, Probe>> = {
  async 'conditional-put'(store, key) {
    const overwritten = await store.put(key, BODY, { ifNoneMatch: '*' })
    if (overwritten.kind === 'stored') return 'a PUT with If-None-Match: * replaced an object'
    const replaced = await store.put(key, BODY, { ifMatch: WRONG_ETAG })
    return replaced.kind === 'stored' ? 'a PUT with If-Match of another ETag replaced an object' : undefined
  },
  async 'conditional-delete'(store, key) {
    const isDeleted = await store.delete(key, { ifMatch: WRONG_ETAG })
    return isDeleted ? 'a DELETE with If-Match of another ETag deleted an object' : undefined
  },
  async tags(store, key) {
    await store.put(key, BODY, { tags: { probe: 'yes' } })
    return undefined
  },
  async list(store, key) {
    await store.list(key, { limit: 1 })
    return undefined
  },
}

/** Finds out what a store lacks when it is first needed, and says so once. */
export function createCapabilities(store: ObjectStore, { probeKey, onLack }: CapabilitiesParts): Capabilities {
  const known = new Map<Capability, Promise<boolean>>()
  const probe = async (capability: Capability): Promise<boolean> => {
    const key = `${probeKey}-${capability}`
    // Whatever stands in the way of this tells of the store as a whole, or of its credentials.
    await store.put(key, BODY)
    try {
      const reason = await PROBES[capability](store, key).catch(refusalOf)
      if (reason !== undefined) onLack(capability, reason)
      return reason === undefined
    } finally {
      // A role that may not delete leaves a small object behind.
      await store.delete(key).catch(() => {})
    }
  }
  return {
    has(capability) {
      let asked = known.get(capability)
      if (asked === undefined) {
        // Whoever asks first: it is for all.
        asked = onBehalfOf(undefined, () => probe(capability))
        known.set(capability, asked)
        asked.catch(() => known.delete(capability))
      }
      return asked
    },
  }
}

/** A request that is not understood, or not allowed. Nothing else is a refusal: credentials expire, and disks are full. */
const REFUSALS =
  /^(?:AccessDenied|MethodNotAllowed|Invalid(?:Argument|Request)|\w*Not(?:Implemented|Supported)|Unsupported\w*|HTTP (?:400|403|405|501))$/

/** Whether the store refuses a request because of what it asks for. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof ObjectStoreError && REFUSALS.test(error.storeCode ?? '')

/** The plain request went through a moment ago, so that a refusal is of what was added to it. All else is thrown again. */
function refusalOf(error: unknown): string {
  if (!isRefusal(error)) throw error
  return messageOf(error)
}
