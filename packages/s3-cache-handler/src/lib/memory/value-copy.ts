import { isPlainObject } from '../plain-object.ts'

/** A copy that shares no bytes, Map, array or object with `value`: what one request does to it, no other sees. */
export const copyValue = (value: unknown): unknown => copyWith(copyBytes, value)

/** The same, but for the bytes: for who only reads those. */
export const copyAroundBytes = (value: unknown): unknown => copyWith((bytes) => bytes, value)

const copyBytes = (bytes: Uint8Array): Uint8Array => (Buffer.isBuffer(bytes) ? Buffer.from(bytes) : bytes.slice())

function copyWith(toBytes: (bytes: Uint8Array) => Uint8Array, value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value
  if (value instanceof Uint8Array) return toBytes(value)
  const copy = (child: unknown): unknown => copyWith(toBytes, child)
  if (Array.isArray(value)) return value.map(copy)
  if (value instanceof Map) return new Map(Array.from(value, ([key, item]) => [copy(key), copy(item)]))
  if (!isPlainObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, copy(child)]))
}

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
