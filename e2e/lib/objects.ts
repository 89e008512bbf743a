import { createHash } from 'node:crypto'
import type { ObjectState } from './bucket-objects.ts'
import type { Bucket } from './bucket.ts'

/** What the bucket holds, seen past the instances: no line in its request log, no fault. */
export const objectsIn = ({ objects }: Bucket, prefix?: string): Promise<Map<string, ObjectState>> =>
  objects.all(prefix)

/** The ETag of one object, if there is one. */
export const etagOf = ({ objects }: Bucket, key: string): Promise<string | undefined> => objects.etagOf(key)

/** Stores an object that none of our instances wrote. */
export const plant = ({ objects }: Bucket, key: string, text: string): Promise<void> => objects.put(key, text)

export const removeByHand = ({ objects }: Bucket, key: string): Promise<void> => objects.delete(key)

/** One hash over key, ETag and time of all objects whose keys `isMeant`: equal for a bucket where none of them changed. */
export function hashOf(objects: ReadonlyMap<string, ObjectState>, isMeant: (key: string) => boolean): string {
  const hash = createHash('sha256')
  for (const [key, { etag, lastModified }] of objects) {
    if (isMeant(key)) hash.update(`${JSON.stringify([key, etag, lastModified])}\n`)
  }
  return hash.digest('hex')
}
