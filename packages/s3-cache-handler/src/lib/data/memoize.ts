import { createHash } from 'node:crypto'
import { InvalidOptionError } from '../errors.ts'
import { type Key, type KeyPart, keyText } from '../keys/key-text.ts'
import { show } from '../options/resolve-options.ts'
import type { Memoized, MemoizeOptions, S3Cache } from './data-cache.ts'
import { isOn } from './remember-options.ts'

/** What `memoize` rests on. */
export interface MemoizeParts {
  readonly remember: S3Cache['remember']
  readonly revalidateTag: S3Cache['revalidateTag']
  /** Takes one key out in all processes, whatever is being made of it. */
  readonly invalidate: (key: Key) => Promise<void>
  /** Tells this cache's functions from those of other namespaces, in tags. */
  readonly namespace: string
}

/** @see S3Cache.memoize */
export function memoize<A extends readonly unknown[], R>(
  parts: MemoizeParts,
  make: (...args: A) => R | Promise<R>,
  options: MemoizeOptions<A, R>,
): Memoized<A, R> {
  const { name, key, version, sourceCheck = false, bypass, forceFresh, ...rest } = options
  if (typeof name !== 'string' || name === '') {
    throw new InvalidOptionError('name', `"name" must be a non-empty string, got ${show(name)}`)
  }
  // As the text of a key, which no key of another namespace has. What is not ASCII has a `%` when it becomes a tag.
  const tag = `fn:${(parts.namespace + keyText(name)).replaceAll('%', '%25')}`
  const source = sourceCheck ? createHash('sha256').update(String(make)).digest('base64url') : undefined
  const versions = [version, source].filter((part) => part !== undefined)
  const keyFor = (...args: A): Key => [
    'fn',
    name,
    versions,
    key === undefined ? (args as readonly KeyPart[]) : key(...args),
  ]
  const remembered = async (...args: A): Promise<R> =>
    await parts.remember<R>(keyFor(...args), () => make(...args), {
      ...rest,
      bypass: isOn(bypass, ...args),
      forceFresh: isOn(forceFresh, ...args),
      tags: [tag, ...(rest.tags ?? [])],
    })
  return Object.assign(remembered, {
    uncached: make,
    options,
    keyFor,
    invalidate: (...args: A) => parts.invalidate(keyFor(...args)),
    invalidateAll: () => parts.revalidateTag(tag),
  })
}
