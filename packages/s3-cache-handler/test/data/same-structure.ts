import { types } from 'node:util'

/**
 * Whether two values are alike in all that a program can tell: classes, bytes, holes, the order of properties, what is
 * the same object in two places, and what Promises give. `toEqual` takes any two ArrayBuffers, or Promises, for equal.
 */
export const isSameStructure = async (one: unknown, other: unknown): Promise<boolean> =>
  await isSame(one, other, { there: new Map(), back: new Map() })

interface Met {
  readonly there: Map<object, object>
  readonly back: Map<object, object>
}

async function isSame(one: unknown, other: unknown, met: Met): Promise<boolean> {
  if (!isObject(one) || !isObject(other)) return Object.is(one, other)
  if (met.there.has(one) || met.back.has(other)) return met.there.get(one) === other && met.back.get(other) === one
  met.there.set(one, other)
  met.back.set(other, one)
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false
  const [parts, otherParts] = [await partsOf(one), await partsOf(other)]
  if (parts.length !== otherParts.length) return false
  for (const [index, part] of parts.entries()) {
    if (!(await isSame(part, otherParts[index], met))) return false
  }
  return true
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** What an object holds besides its class. */
async function partsOf(value: object): Promise<readonly unknown[]> {
  if (value instanceof Promise) return [await value]
  if (value instanceof Date) return [value.getTime()]
  if (value instanceof RegExp || value instanceof URL || value instanceof URLSearchParams) return [String(value)]
  if (value instanceof Map) return [...value].flat()
  if (value instanceof Set) return [...value]
  if (ArrayBuffer.isView(value)) return [hex(value.buffer, value.byteOffset, value.byteLength)]
  if (value instanceof ArrayBuffer) return [hex(value)]
  if (types.isBoxedPrimitive(value)) return [value.valueOf()]
  const descriptors = Object.entries(Object.getOwnPropertyDescriptors(value))
  if (value instanceof Error) {
    const { name, message, stack } = value
    const rest = descriptors.filter(([property]) => !['name', 'message', 'stack'].includes(property))
    return [name, message, stack, ...propertyParts(rest)]
  }
  return propertyParts(descriptors)
}

const propertyParts = (descriptors: readonly [string, PropertyDescriptor][]): unknown[] =>
  descriptors.flatMap(([property, { value, enumerable }]) => [property, enumerable, value])

const hex = (buffer: ArrayBufferLike, start?: number, length?: number): string =>
  Buffer.from(buffer, start, length).toString('hex')
