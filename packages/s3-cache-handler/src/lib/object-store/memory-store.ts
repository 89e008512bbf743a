import { LRUCache } from 'lru-cache'
import { mayDelete, mayPut } from './conditions.ts'
import { localStore } from './local-store.ts'
import { md5Etag } from './md5-etag.ts'
import type { ObjectHead, ObjectStore, ObjectSummary } from './object-store.ts'

const MAX_PAGE = 1000

interface MemoryObject extends ObjectHead {
  readonly body: Buffer
}

/**
 * A store in this process's memory, for `next dev`, builds, tests and as the stand-in where no bucket is configured.
 * @param maxBytes When the bodies exceed it, the least recently used objects go.
 */
export function createMemoryObjectStore({ maxBytes }: { readonly maxBytes: number }): ObjectStore {
  const objects = new LRUCache<string, MemoryObject>({
    maxSize: Math.max(1, maxBytes),
    sizeCalculation: ({ body, key }) => body.length + key.length + 1,
  })
  return localStore({
    async get(key, { ifNoneMatch } = {}) {
      const object = objects.get(key)
      if (object === undefined) return { kind: 'absent', date: Date.now() }
      if (object.etag === ifNoneMatch) return { kind: 'not-modified', date: Date.now() }
      return { kind: 'found', ...object, body: Buffer.from(object.body), date: Date.now() }
    },
    async head(key) {
      const object = objects.peek(key)
      return object && { ...summary(object), contentType: object.contentType, metadata: object.metadata }
    },
    async list(prefix, { cursor, limit = MAX_PAGE } = {}) {
      const found = [...objects.values()].filter(({ key }) => key.startsWith(prefix)).toSorted(byUtf8)
      const rest = cursor === undefined ? found : found.filter((object) => byUtf8(object, { key: cursor }) > 0)
      const page = rest.slice(0, Math.min(limit, MAX_PAGE))
      return {
        objects: page.map(summary),
        cursor: page.length < rest.length ? page.at(-1)?.key : undefined,
        date: Date.now(),
      }
    },
    async put(key, bytes, options = {}) {
      if (!mayPut(objects.peek(key), options)) return { kind: 'condition-failed' }
      const body = Buffer.from(bytes)
      const details = { contentType: options.contentType, metadata: { ...options.metadata } }
      const object = { key, body, etag: md5Etag(body), size: body.length, lastModified: Date.now(), ...details }
      objects.set(key, object)
      return { kind: 'stored', etag: object.etag }
    },
    async delete(key, { ifMatch } = {}) {
      if (!mayDelete(objects.peek(key), ifMatch)) return false
      objects.delete(key)
      return true
    },
    async deleteMany(keys) {
      for (const key of keys) objects.delete(key)
      return { failed: [] }
    },
  })
}

const summary = ({ key, size, etag, lastModified }: MemoryObject): ObjectSummary => ({ key, size, etag, lastModified })

const byUtf8 = (a: { readonly key: string }, b: { readonly key: string }): number =>
  Buffer.compare(Buffer.from(a.key), Buffer.from(b.key))
