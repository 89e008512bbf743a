import { type Key, keyText } from '../keys/key-text.ts'
import { processWide } from '../registry.ts'
import type { S3Cache } from './data-cache.ts'
import type { DataParts } from './data-parts.ts'

/** What a cache, or a namespace of it, is made of: for what gives it the shape of another library's cache. */
export interface Inside {
  readonly parts: DataParts
  /** What every key's text begins with: '' or the text of a namespace. */
  readonly space: string
}

const insides = processWide('insides', () => new WeakMap<object, Inside>())

export const keepInside = (cache: S3Cache, inside: Inside): void => void insides.set(cache, inside)

/** Undefined for what `createS3Cache` has not made. */
export const insideOf = (cache: S3Cache): Inside | undefined => insides.get(cache)

/** The text that an entry is known by. Throws {@link InvalidKeyError}. */
export const entryText = ({ parts: { hashKey }, space }: Inside, key: Key): string =>
  space + keyText(hashKey === undefined ? key : hashKey(keyText(key)))
