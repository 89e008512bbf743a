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

/** What stands in the way: undefined for nothing. */
type Probe = (store: ObjectStore, key: string) => Promise<string | undefined>

const WRONG_ETAG = '"00000000000000000000000000000000"'
const BODY = Buffer.from('s3-cache-handler asks whether this store keeps to conditions')

const PROBES: Readonly<Record<Capability, Probe>> = {
  async 'conditional-put'(store, key) {
    await store.put(key, BODY)
    const overwritten = await store.put(key, BODY, { ifNoneMatch: '*' })
    if (overwritten.kind === 'stored') return 'a PUT with If-None-Match: * replaced an object'
    const replaced = await store.put(key, BODY, { ifMatch: WRONG_ETAG })
    return replaced.kind === 'stored' ? 'a PUT with If-Match of another ETag replaced an object' : undefined
  },
  async 'conditional-delete'(store, key) {
    await store.put(key, BODY)
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
    const reason = await PROBES[capability](store, key).catch(refusalOf)
    // A role that may not delete leaves a small object behind.
    await store.delete(key).catch(() => {})
    if (reason !== undefined) onLack(capability, reason)
    return reason === undefined
  }
  return {
    has(capability) {
      let asked = known.get(capability)
      if (asked === undefined) {
        asked = probe(capability)
        known.set(capability, asked)
        asked.catch(() => known.delete(capability))
      }
      return asked
    },
  }
}

/** An answer is a refusal; no answer tells nothing, and is thrown again. */
function refusalOf(error: unknown): string {
  const isRefusal =
    error instanceof ObjectStoreError &&
    (error.code === 'ERR_OBJECT_STORE_FAILED' ||
      error.code === 'ERR_OBJECT_STORE_DENIED' ||
      error.storeCode === 'NotImplemented')
  if (!isRefusal) throw error
  return messageOf(error)
}
