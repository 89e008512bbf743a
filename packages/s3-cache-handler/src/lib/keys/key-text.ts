import { parse, stringify } from 'devalue'
import { InvalidKeyError } from '../data-errors.ts'
import { isPlainObject } from '../plain-object.ts'

/** A part of a key: compared by its value, the order of an object's properties aside. */
export type KeyPart =
  | string
  | number
  | boolean
  | bigint
  | null
  | undefined
  | Date
  | readonly KeyPart[]
  | { readonly [name: string]: KeyPart }

/** Names an entry: any text, or parts. `['post']` is a prefix of `['post', 1]`, and not of `['posts']`. */
export type Key = string | readonly KeyPart[]

/**
 * The text that a key is known by: total, injective, and prefix-preserving for strings and, part by part, for arrays.
 *
 * - a string is itself, after a `$` where it begins with `$`, `@` or `=`
 * - an array is `@` and each part followed by `/`; in a part `$$` stands for `$` and `$_` for `/`
 * - a part that is a string and begins with `=` has a `$` before it; all else is `=` and its value
 */
export function keyText(key: Key): string {
  if (typeof key === 'string') return /^[$@=]/.test(key) ? `$${key}` : key
  if (Array.isArray(key)) return `@${key.map((part: KeyPart) => `${escape(partText(part))}/`).join('')}`
  throw new InvalidKeyError(key, 'must be a string or an array')
}

/** What every key of a namespace begins with: no key outside does. */
export const namespaceText = (name: string): string => `=${escape(name)}/`

/** Whether a text is a key of some namespace: {@link keyOfText} tells nothing of such a one. */
export const isNamespaced = (text: string): boolean => text.startsWith('=')

/** The key that {@link keyText} was given. */
export function keyOfText(text: string): Key {
  if (text.startsWith('@')) return text.slice(1).split('/').slice(0, -1).map(unescape).map(partOfText)
  return text.startsWith('$') ? text.slice(1) : text
}

const escape = (text: string): string => text.replaceAll(/[$/]/g, (character) => (character === '$' ? '$$' : '$_'))
const unescape = (text: string): string =>
  text.replaceAll(/\$([$_])/g, (_, character: string) => (character === '$' ? '$' : '/'))

function partText(part: KeyPart): string {
  if (typeof part === 'string') return /^\$*=/.test(part) ? `$${part}` : part
  if (typeof part === 'bigint') return `=${part}n`
  if (part === null || typeof part === 'boolean' || part === undefined) return `=${part}`
  if (typeof part === 'number') return `=${Object.is(part, -0) ? '-0' : part}`
  return `=${stringify(canonical(part, []))}`
}

function partOfText(text: string): KeyPart {
  if (!text.startsWith('=')) return /^\$+=/.test(text) ? text.slice(1) : text
  const value = text.slice(1)
  if (Object.hasOwn(CONSTANTS, value)) return CONSTANTS[value as keyof typeof CONSTANTS]
  if (/^-?\d+n$/.test(value)) return BigInt(value.slice(0, -1))
  return value.startsWith('[') ? (parse(value) as KeyPart) : Number(value)
}

const CONSTANTS = { null: null, undefined, true: true, false: false }

/** The same text for the same content: properties in order, and no two places that share an object. */
function canonical(part: KeyPart, above: readonly unknown[]): KeyPart {
  if (typeof part === 'function' || typeof part === 'symbol') throw invalidPart(part)
  if (typeof part !== 'object' || part === null) return part
  if (above.includes(part)) throw invalidPart(part)
  const inside = [...above, part]
  if (Array.isArray(part)) return part.map((item: KeyPart) => canonical(item, inside))
  if (part instanceof Date) return new Date(part)
  if (!isPlainObject(part)) throw invalidPart(part)
  // Devalue has no text for it.
  if (Object.hasOwn(part, '__proto__')) throw new InvalidKeyError(part, 'may not hold a property "__proto__"')
  const properties = Object.entries(part).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(properties.map(([name, item]) => [name, canonical(item, inside)]))
}

const invalidPart = (part: unknown): InvalidKeyError =>
  new InvalidKeyError(part, 'may hold strings, numbers, booleans, bigints, null, undefined, Dates, arrays and objects')
