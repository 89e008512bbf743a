import { isObject } from '../is-object.ts'
import { isPlainObject } from '../plain-object.ts'

/** A copy that shares no bytes, Map, array or object with `value`: what one request does to it, no other sees. */
export function copyValue(value: unknown): unknown {
  if (!isObject(value)) return value
  if (value instanceof Uint8Array) return copyBytes(value)
  if (Array.isArray(value)) return value.map(copyValue)
  if (value instanceof Map) {
    const copy = new Map<unknown, unknown>()
    for (const [key, item] of value) copy.set(copyValue(key), copyValue(item))
    return copy
  }
  if (!isPlainObject(value)) return value
  // A spread is many times faster than building an object, and what reads the copy is, too.
  const copy: Record<string, unknown> = { ...value }
  for (const name of Object.keys(copy)) {
    const child = copy[name]
    if (isObject(child)) copy[name] = copyValue(child)
  }
  return copy
}

const copyBytes = (bytes: Uint8Array): Uint8Array => (Buffer.isBuffer(bytes) ? Buffer.from(bytes) : bytes.slice())

/** What an object, an array, a Map or a reference costs in V8, roughly; small next to the bytes it leads to. */
const NODE_BYTES = 64
const TWO_BYTE_CHARACTER = /[\u0100-\uffff]/

/** The memory that a value holds, in bytes: Buffers by length, text as V8 stores it, one or two bytes a character. */
export function sizeOfValue(value: unknown): number {
  if (typeof value === 'string') return NODE_BYTES + value.length * (TWO_BYTE_CHARACTER.test(value) ? 2 : 1)
  if (value === null || typeof value !== 'object') return 8
  if (value instanceof Uint8Array) return NODE_BYTES + value.byteLength
  const children: Iterable<unknown> =
    Array.isArray(value) || value instanceof Map ? (value as Iterable<unknown>) : Object.entries(value)
  let bytes = NODE_BYTES
  for (const child of children) bytes += sizeOfValue(child)
  return bytes
}
