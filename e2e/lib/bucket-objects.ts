import { createHash } from 'node:crypto'
import type { LocalS3, ObjectInfo } from 'local-s3'
import { listPages } from '../../packages/s3-cache-handler/src/lib/object-store/list-pages.ts'
import { createS3ObjectStore } from '../../packages/s3-cache-handler/src/lib/object-store/s3-store.ts'
import { ACCESS_KEY_ID, BUCKET, REGION, SECRET_ACCESS_KEY } from './credentials.ts'

export type ObjectState = Pick<ObjectInfo, 'size' | 'etag' | 'lastModified'>

/** The objects of a bucket, for the tests to look at and to change by hand. */
export interface BucketObjects {
  /** In the order of their keys. */
  all(prefix?: string): Promise<Map<string, ObjectState>>
  etagOf(key: string): Promise<string | undefined>
  put(key: string, text: string): Promise<void>
  delete(key: string): Promise<void>
  /** Has an object be as it is since so long ago. Only local-s3 can. */
  age(key: string, byMs: number): Promise<void>
}

/** Seen past the protocol. */
export function localObjects(s3: LocalS3): BucketObjects {
  const bucket = s3.bucket(BUCKET)
  if (!bucket) throw new Error(`There is no bucket ${BUCKET}`)
  return {
    async all(prefix = '') {
      const { objects } = bucket
      const found = new Map<string, ObjectState>()
      for (let position = 0; position < objects.size; position += 1) {
        const key = objects.keyAt(position) ?? ''
        const info = objects.get(key)
        if (info && key.startsWith(prefix)) found.set(key, info)
      }
      return found
    },
    etagOf: async (key) => bucket.objects.get(key)?.etag,
    async put(key, text) {
      const body = Buffer.from(text)
      const etag = `"${createHash('md5').update(body).digest('hex')}"`
      await bucket.put(key, { info: { size: body.length, etag, lastModified: Date.now(), headers: {} }, body })
    },
    delete: async (key) => await bucket.delete(key),
    async age(key, byMs) {
      const object = await bucket.get(key)
      if (!object) throw new Error(`There is no object ${key}`)
      const { info } = object
      await bucket.put(key, { ...object, info: { ...info, lastModified: info.lastModified - byMs } })
    },
  }
}

/** Asks the server, and not through the proxy that counts. */
export function remoteObjects(endpoint: string, root: string): BucketObjects & { clear(): Promise<void> } {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: SECRET_ACCESS_KEY })
  const store = createS3ObjectStore({
    bucket: BUCKET,
    endpoint,
    region: REGION,
    forcePathStyle: true,
    presignedReads: true,
  })
  return {
    async all(prefix = '') {
      const found = new Map<string, ObjectState>()
      for await (const objects of listPages(store, root + prefix)) {
        for (const { key, ...state } of objects) found.set(key.slice(root.length), state)
      }
      return found
    },
    etagOf: async (key) => (await store.head(root + key))?.etag,
    put: async (key, text) => void (await store.put(root + key, Buffer.from(text))),
    delete: async (key) => void (await store.delete(root + key)),
    age: () => Promise.reject(new Error('Only local-s3 has objects of any age')),
    async clear() {
      for await (const objects of listPages(store, root)) await store.deleteMany(objects.map(({ key }) => key))
    },
  }
}
