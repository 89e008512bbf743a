import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../test/property.ts'
import { createValueCodec } from './value-codec.ts'

const decode = (text: string): unknown => createValueCodec({}).decode({ codec: 'devalue', text })

const TYPES = `Error Promise Buffer Date Map Set Object null RegExp URL BigInt Uint8Array DataView ArrayBuffer
  Temporal.Instant constructor __proto__`.split(/\s+/)
const NAMES = 'name message stack hidden more then constructor prototype toString __proto__'.split(' ')
/** Of these, devalue refuses what is too large, and reads `undefined` where an index is below -7 or no whole number. */
const index = fc.oneof({ weight: 8, arbitrary: fc.integer({ min: -2, max: 6 }) }, fc.constantFrom(-7, -9, 0.5, 2 ** 32))
const scalar = fc.constantFrom('Error', 'RangeError', 'AggregateError', 'Function', 'AA==', 'a', 1, true, null)
const entry = fc.oneof(
  scalar,
  fc.array(index, { maxLength: 3 }),
  fc
    .tuple(fc.constantFrom(...TYPES), fc.array(fc.oneof(index, scalar), { maxLength: 3 }))
    .map(([type, rest]) => [type, ...rest]),
  fc
    .array(fc.tuple(fc.constantFrom(...NAMES), index), { maxLength: 5 })
    .map((properties) => Object.fromEntries(properties)),
)

/** What a text may ask for: no function, and no other class. */
const CLASSES = new Set<unknown>(
  [
    Object,
    Array,
    Map,
    Set,
    Date,
    RegExp,
    URL,
    Promise,
    Buffer,
    ArrayBuffer,
    Uint8Array,
    DataView,
    String,
    Number,
    Boolean,
    BigInt,
    Error,
    RangeError,
    AggregateError,
  ].map(({ prototype }) => prototype as unknown),
)

describe('a text that nobody wrote', () => {
  it('throws, where it is none of the codec’s making', () => {
    const texts = [
      '',
      '{}',
      '[]',
      'null',
      '5',
      '"a"',
      '-8',
      '[{"a":99}]',
      '[{"a":4294967296}]',
      '[{"a":"b"}]',
      '[["Unknown",1],1]',
      '[{"__proto__":1},{}]',
      '[["null","__proto__",1],{}]',
      '[["__proto__",1],{}]',
      '[["constructor",1],"x"]',
      '[["Map",1],1]',
      '[[-7,1,-1,1],2]',
      '[[-7,-1]]',
      '[["Uint8Array",1],1000000000]',
      '[["own Money",1],[2],1]',
      '[["Error",1],"x"]',
      '[["Error",1],null]',
      '[["Error",1],{"name":0,"message":0}]',
      '[["Error",1],{"name":2},"x"]',
      '[["Promise",1],"x"]',
      '[["Promise","x"]]',
      '[["Buffer",1],1000000000]',
      '[["Buffer","x"]]',
    ]
    for (const text of texts) expect(() => decode(text), text).toThrow(Error)
  })

  it('constructs errors of the language alone', () => {
    const back = decode('[["Error",1],{"name":2,"message":3},"Function","globalThis.bad = 1"]')
    expect(Object.getPrototypeOf(back)).toBe(Error.prototype)
  })

  it('does not end the process with a promise that gives itself', async () => {
    await expect(decode('[["Promise",1],[0]]')).rejects.toThrow(TypeError)
    decode('[["Promise",1],[0]]')
    await new Promise(setImmediate)
  })

  it('makes nothing but values, and changes nothing', () => {
    const before = Object.getOwnPropertyNames(Object.prototype)
    const count = { values: 0, errors: 0 }
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 7 }), (entries) => {
        let value: unknown
        try {
          value = decode(JSON.stringify(entries))
          count.values++
        } catch {
          count.errors++
        }
        requireKnownClasses(value, new Set())
      }),
      runs(3000),
    )
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before)
    expect(Math.min(count.values, count.errors)).toBeGreaterThan(300)
  })
})

function requireKnownClasses(value: unknown, seen: Set<unknown>): void {
  if (typeof value === 'function') throw new Error('Unexpected class Function')
  if (typeof value !== 'object' || value === null || seen.has(value)) return
  seen.add(value)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== null && !CLASSES.has(prototype)) throw new Error(`Unexpected class ${inspect(prototype)}`)
  const inside = value instanceof Map || value instanceof Set ? [...value.entries()].flat() : []
  const properties = Object.values(Object.getOwnPropertyDescriptors(value)).map((property) => property.value as unknown)
  for (const part of [...inside, ...properties]) requireKnownClasses(part, seen)
}
