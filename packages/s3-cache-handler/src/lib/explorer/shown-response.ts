import { printable } from '../format.ts'
import { responseOfKey } from '../http/cache-key.ts'
import type { StoredEntry } from '../inspect/stored-entry.ts'
import { isNamespaced, keyOfText } from '../keys/key-text.ts'

/** A response of a response cache, as people call it. */
export interface ShownResponse {
  readonly url: string
  /** What tells it from others of its URL. */
  readonly about: readonly string[]
}

/** Undefined for what is no such response. */
export function shownResponse({ kind, key }: Pick<StoredEntry, 'kind' | 'key'>): ShownResponse | undefined {
  if (kind !== 'data' || key === undefined || isNamespaced(key)) return undefined
  const response = responseIn(key)
  if (response === undefined) return undefined
  const { url, isData, buildId } = response
  return {
    url,
    about: [isData ? 'data of a page' : 'response', ...(buildId === '' ? [] : [`build ${printable(buildId)}`])],
  }
}

function responseIn(key: string): ReturnType<typeof responseOfKey> {
  try {
    return responseOfKey(keyOfText(key))
  } catch {
    // Whoever writes to the bucket may have made it.
    return undefined
  }
}
