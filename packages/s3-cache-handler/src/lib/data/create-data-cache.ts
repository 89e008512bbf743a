import { asError, InvalidOptionError } from '../errors.ts'
import { BatchError, type KeyFailure } from '../data-errors.ts'
import { type Key, namespaceText } from '../keys/key-text.ts'
import { mapConcurrently } from '../map-concurrently.ts'
import { show } from '../options/resolve-options.ts'
import { tagSubject } from '../tags/subjects.ts'
import { toCacheEntry } from './cache-entry.ts'
import type { CacheEntry, RevalidateOptions, S3Cache, SetOptions } from './data-cache.ts'
import { checkedTags } from './data-options.ts'
import type { DataParts } from './data-parts.ts'
import { createWriter, type Writer } from './data-writer.ts'
import { entryText, type Inside, keepInside } from './inside.ts'
import { memoize } from './memoize.ts'
import { presignEntry } from './presign-entry.ts'
import { createUpkeep } from './upkeep.ts'

/** S3 deletes as many with one request. */
const BATCH = 1000
/** So many reads or writes of a batch are on their way at once. */
const BATCH_CONCURRENCY = 32

/** @param space What every key's text begins with: '' or the text of a namespace. */
export function createDataCache(parts: DataParts, space = ''): S3Cache {
  const { reader, remember } = parts
  const inside: Inside = { parts, space }
  const textOf = (key: Key): string => entryText(inside, key)
  const writer = createWriter(parts)

  const cache: S3Cache = {
    ...createUpkeep(parts, space),
    async get<T>(key: Key): Promise<T | undefined> {
      const found = await reader.find(textOf(key))
      return found?.state === 'fresh' ? (found.value as T) : undefined
    },
    async getEntry<T>(key: Key): Promise<CacheEntry<T> | undefined> {
      const found = await reader.find(textOf(key))
      return found && toCacheEntry<T>(found)
    },
    async has(key) {
      return (await reader.find(textOf(key)))?.state === 'fresh'
    },
    set: async (key, value, options) => await writer.set(textOf(key), value, options),
    add: async (key, value, options) => await writer.add(textOf(key), value, options),
    inc: async (key, by = 1) => await writer.count(textOf(key), by),
    dec: async (key, by = 1) => await writer.count(textOf(key), -by),
    async delete(key) {
      await writer.delete([textOf(key)], 'delete')
      return true
    },
    getMany: async <T>(keys: readonly Key[]) =>
      await mapConcurrently(keys, (key) => cache.get<T>(key), BATCH_CONCURRENCY),
    async getDict<T, K extends string>(keys: readonly K[]): Promise<Record<K, T | undefined>> {
      const values = await cache.getMany<T>(keys)
      return Object.fromEntries(keys.map((key, index) => [key, values[index]])) as Record<K, T | undefined>
    },
    setMany: async (items) => await setMany(writer, textOf, items),
    deleteMany: async (keys) => await deleteMany(writer, textOf, [...keys]),
    remember: async (key, make, options = {}) => await remember.run(textOf(key), make, options),
    memoize: (make, options) =>
      memoize(
        {
          remember: (key, call, rest) => cache.remember(key, call, rest),
          revalidateTag: (tags) => cache.revalidateTag(tags),
          invalidate: (key) => writer.invalidate(textOf(key)),
          namespace: space,
        },
        make,
        options,
      ),
    presign: async (key, options = {}) => await presignEntry(parts, textOf(key), options),
    revalidateTag: async (tags, options = {}) => await revalidateTag(parts, tags, options),
    namespace: (name) => createDataCache(parts, space + namespaceText(name)),
  }
  keepInside(cache, inside)
  return cache
}

type SetItem = readonly [key: Key, value: unknown, options?: SetOptions]

async function setMany(writer: Writer, textOf: (key: Key) => string, items: Iterable<SetItem>): Promise<Key[]> {
  const all = [...items]
  const set = async ([key, value, options]: SetItem): Promise<boolean> => await writer.set(textOf(key), value, options)
  const results = await mapConcurrently(all, (item) => set(item).catch(asError), BATCH_CONCURRENCY)
  const failed = all.flatMap(([key], index): KeyFailure[] => {
    const result = results[index]
    return result instanceof Error ? [{ key, error: result }] : []
  })
  if (failed.length > 0) throw new BatchError('setMany', failed, all.length)
  return all.flatMap(([key], index) => (results[index] === true ? [key] : []))
}

async function deleteMany<K extends Key>(writer: Writer, textOf: (key: Key) => string, keys: K[]): Promise<K[]> {
  const failed: KeyFailure[] = []
  const byText = new Map<string, K>()
  for (const key of keys) {
    try {
      byText.set(textOf(key), key)
    } catch (error) {
      failed.push({ key, error: asError(error) })
    }
  }
  const texts = [...byText.keys()]
  for (let start = 0; start < texts.length; start += BATCH) {
    const batch = texts.slice(start, start + BATCH)
    try {
      await writer.delete(batch, 'deleteMany')
    } catch (error) {
      const failures = error instanceof BatchError ? error.failed : batch.map((key) => ({ key, error: asError(error) }))
      failed.push(...failures.map((one) => ({ ...one, key: byText.get(String(one.key)) })))
    }
  }
  if (failed.length > 0) throw new BatchError('deleteMany', failed, keys.length)
  return keys
}

async function revalidateTag(
  { cache, emit }: DataParts,
  tags: string | readonly string[],
  { mode = 'expire', expireSeconds }: RevalidateOptions,
): Promise<void> {
  const list = checkedTags('tags', typeof tags === 'string' ? [tags] : tags)
  if (mode !== 'expire' && mode !== 'stale') {
    throw new InvalidOptionError('mode', `"mode" must be expire or stale, got ${show(mode)}`)
  }
  if (expireSeconds !== undefined && (mode === 'expire' || !(expireSeconds >= 0))) {
    const what = 'must be 0 or more, and goes with "mode" stale'
    throw new InvalidOptionError('expireSeconds', `"expireSeconds" ${what}, got ${show(expireSeconds)}`)
  }
  if (list.length === 0) return
  const seconds = mode === 'stale' ? (expireSeconds ?? Infinity) : undefined
  const announced = cache.invalidate(list.map(tagSubject), seconds)
  emit({ name: 'invalidated', tags: list, expireSeconds: seconds })
  await announced
}
