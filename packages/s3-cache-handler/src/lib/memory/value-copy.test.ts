import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../test/property.ts'
import { copyValue, sizeOfValue } from './value-copy.ts'

const often = runs(1000)

const bytes = fc.uint8Array({ maxLength: 300, size: 'max' })
const scalar = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300, size: 'max' }),
  fc.double(),
  fc.boolean(),
  fc.constantFrom(null, undefined),
)
/** Values of all shapes that an entry can hold. */
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalar,
    bytes.map((array) => Buffer.from(array)),
    bytes,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 4 }).map((entries) => new Map(entries)),
    fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), tie('value'), { maxKeys: 5, noNullPrototype: true }),
  ),
}))

/** Every object that a value leads to, the memory of its bytes included. */
function objectsOf(value: unknown): object[] {
  if (value === null || typeof value !== 'object') return []
  return [value, ...childrenOf(value).flatMap(objectsOf)]
}

function childrenOf(value: object): unknown[] {
  if (value instanceof Uint8Array) return []
  if (value instanceof Map) return [...value].flat()
  return Object.values(value)
}

const bytesOf = (value: unknown): number => {
  if (typeof value === 'string') return value.length
  if (value instanceof Uint8Array) return value.byteLength
  return value === null || typeof value !== 'object'
    ? 0
    : childrenOf(value).reduce<number>((sum, child) => sum + bytesOf(child), 0)
}

describe('copyValue', () => {
  it('gives an equal value', () => {
    fc.assert(
      fc.property(value, (original) => {
        expect(copyValue(original)).toStrictEqual(original)
      }),
      often,
    )
  })

  it('shares no object with the original, at any depth', () => {
    fc.assert(
      fc.property(value, (original) => {
        const originals = new Set(objectsOf(original))
        expect(objectsOf(copyValue(original)).filter((object) => originals.has(object))).toEqual([])
      }),
      often,
    )
  })

  it('shares no bytes with the original', () => {
    const original = {
      buffer: Buffer.from('bytes'),
      array: new Uint8Array([1, 2]),
      map: new Map([['k', Buffer.from('b')]]),
    }
    const copy = copyValue(original) as typeof original
    original.buffer.fill(0)
    original.array.fill(0)
    original.map.get('k')?.fill(0)
    expect(copy).toStrictEqual({
      buffer: Buffer.from('bytes'),
      array: new Uint8Array([1, 2]),
      map: new Map([['k', Buffer.from('b')]]),
    })
  })

  it('copies only the part of a buffer that a Buffer looks at', () => {
    const whole = Buffer.alloc(1_000_000)
    const copy = copyValue(whole.subarray(10, 20)) as Buffer
    expect(copy).toHaveLength(10)
    expect(copy.buffer.byteLength).toBeLessThan(100_000)
  })

  it('keeps a property that is called __proto__ a property', () => {
    const original: unknown = JSON.parse('{"__proto__":{"polluted":true}}')
    const copy = copyValue(original) as object
    expect(Object.keys(copy)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype)
  })

  it('keeps absent and undefined apart', () => {
    expect(Object.hasOwn(copyValue({ a: undefined }) as object, 'a')).toBe(true)
    expect(Object.hasOwn(copyValue({}) as object, 'a')).toBe(false)
  })
})

describe('sizeOfValue', () => {
  it('is at least the bytes of all Buffers and texts', () => {
    fc.assert(
      fc.property(value, (original) => {
        expect(sizeOfValue(original)).toBeGreaterThanOrEqual(bytesOf(original))
      }),
      often,
    )
  })

  it('counts two bytes for each character of a text that Latin-1 does not hold', () => {
    expect(sizeOfValue('é'.repeat(1000))).toBeLessThan(1100)
    expect(sizeOfValue(`${'é'.repeat(999)}東`)).toBeGreaterThanOrEqual(2000)
  })

  it('is not much more than the bytes of a value that consists of them', () => {
    const page = {
      html: 'x'.repeat(100_000),
      rsc: Buffer.alloc(50_000),
      segments: new Map([['/a', Buffer.alloc(1000)]]),
    }
    expect(sizeOfValue(page)).toBeLessThan(152_000)
  })
})
