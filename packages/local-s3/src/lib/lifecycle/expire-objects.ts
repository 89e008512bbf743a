import { readSetting } from '../operations/bucket-settings.ts'
import type { Bucket, Store } from '../store/store.ts'
import { isExpired, parseLifecycle } from './lifecycle-rules.ts'

/** Deletes what a bucket's lifecycle rules want gone by `now`, and resolves with its keys. */
export async function expireObjects(store: Store, bucket: Bucket, now: number): Promise<string[]> {
  const document = await readSetting(store, bucket.name, 'lifecycle')
  if (document === undefined) return []
  const rules = parseLifecycle(document)
  const { objects } = bucket
  const expired: string[] = []
  for (let position = 0; position < objects.size; position++) {
    const key = objects.keyAt(position)
    const info = key === undefined ? undefined : objects.get(key)
    if (key === undefined || info === undefined) continue
    if (rules.some((rule) => isExpired(rule, key, info, now))) expired.push(key)
  }
  for (const key of expired) await bucket.delete(key)
  return expired
}
