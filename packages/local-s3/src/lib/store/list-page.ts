import { compareUtf8 } from './compare-utf8.ts'
import type { ReadonlySortedMap } from './sorted-map.ts'

/** Which part of a bucket to list. */
export interface ListOptions {
  readonly prefix: string
  /** Empty for none. */
  readonly delimiter: string
  /** Begin behind this key. */
  readonly after: string
  /** Keys and common prefixes together. */
  readonly maxKeys: number
}

/** One page of a listing, keys and common prefixes each in UTF-8 order. */
export interface ListPage {
  readonly keys: readonly string[]
  readonly commonPrefixes: readonly string[]
  /** The key or common prefix to begin the next page behind; absent on the last page. */
  readonly next?: string
}

/** Lists keys, folding those that share a prefix up to the delimiter; it jumps over what it has folded. */
export function listPage(objects: ReadonlySortedMap<unknown>, options: ListOptions): ListPage {
  const { prefix, delimiter, after, maxKeys } = options
  const keys: string[] = []
  const commonPrefixes: string[] = []
  let last = ''
  for (let position = firstPosition(objects, options); ;) {
    const key = objects.keyAt(position)
    if (key === undefined || !key.startsWith(prefix)) return { keys, commonPrefixes }
    if (keys.length + commonPrefixes.length === maxKeys) return { keys, commonPrefixes, next: last }
    const common = commonPrefix(key, prefix, delimiter)
    last = common ?? key
    if (common === undefined) {
      keys.push(key)
      position++
    } else {
      // A page that ended with a common prefix is continued behind all that it folded.
      if (common !== after) commonPrefixes.push(common)
      position = objects.position((other) => compareUtf8(other, common) < 0 || other.startsWith(common))
    }
  }
}

function firstPosition(objects: ReadonlySortedMap<unknown>, { prefix, after }: ListOptions): number {
  return compareUtf8(prefix, after) > 0
    ? objects.position((key) => compareUtf8(key, prefix) < 0)
    : objects.position((key) => compareUtf8(key, after) <= 0)
}

function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  const index = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
  return index === -1 ? undefined : key.slice(0, index + delimiter.length)
}
