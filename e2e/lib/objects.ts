import { createHash } from 'node:crypto'
import type { ObjectInfo } from 'local-s3'
import type { Bucket } from './bucket.ts'
import { BUCKET } from './credentials.ts'

/** What the bucket holds, seen past the protocol: no line in its request log, no fault. */
export function objectsIn(bucket: Bucket): Map<string, ObjectInfo> {
  const { objects } = storeOf(bucket)
  const found = new Map<string, ObjectInfo>()
  for (let position = 0; position < objects.size; position += 1) {
    const key = objects.keyAt(position) ?? ''
    const info = objects.get(key)
    if (info) found.set(key, info)
  }
  return found
}

/** The ETag of one object, if there is one. */
export const etagOf = (bucket: Bucket, key: string): string | undefined => storeOf(bucket).objects.get(key)?.etag

/** Stores an object that none of our instances wrote. */
export async function plant(bucket: Bucket, key: string, text: string): Promise<void> {
  const body = Buffer.from(text)
  const etag = `"${createHash('md5').update(body).digest('hex')}"`
  await storeOf(bucket).put(key, { info: { size: body.length, etag, lastModified: Date.now(), headers: {} }, body })
}

export const removeByHand = async (bucket: Bucket, key: string): Promise<void> => await storeOf(bucket).delete(key)

/** One hash over key, ETag and time of all objects whose keys `isMeant`: equal for a bucket where none of them changed. */
export function hashOf(objects: ReadonlyMap<string, ObjectInfo>, isMeant: (key: string) => boolean): string {
  const hash = createHash('sha256')
  for (const [key, { etag, lastModified }] of objects) {
    if (isMeant(key)) hash.update(`${JSON.stringify([key, etag, lastModified])}\n`)
  }
  return hash.digest('hex')
}

function storeOf(bucket: Bucket): NonNullable<ReturnType<Bucket['bucket']>> {
  const store = bucket.bucket(BUCKET)
  if (!store) throw new Error(`There is no bucket ${BUCKET}`)
  return store
}
