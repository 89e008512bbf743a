import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../test/property.ts'
import { decodeKey, encodeKey } from './encode-key.ts'
import { isNamespaced, type Key, type KeyPart, keyOfText, keyText, namespaceText } from './key-text.ts'

const text = fc.oneof(
  fc.constantFrom('', '$', '$$', '@', '=', '=1', '$=', '/', '$_', 'a/b', '=null', '@a/', '=a/', 'é'),
  fc.array(fc.constantFrom('$', '_', '@', '=', '/', 'a', '1'), { maxLength: 6 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 12 }),
)
const part: fc.Arbitrary<KeyPart> = fc.oneof(
  text,
  fc.double(),
  fc.integer(),
  fc.bigInt(),
  fc.boolean(),
  fc.constantFrom(null, undefined, -0, Infinity),
  fc.date({ noInvalidDate: true }),
  fc.array(fc.oneof(text, fc.integer()), { maxLength: 3 }),
  fc.dictionary(text, fc.oneof(text, fc.integer()), { maxKeys: 3 }).filter((object) => !('__proto__' in object)),
)
const key: fc.Arbitrary<Key> = fc.oneof(text, fc.array(part, { maxLength: 4 }))
const often = runs(2000)

describe('keyText', () => {
  it('leads back to its key, and so never gives two keys the same text', () => {
    fc.assert(
      fc.property(key, (one) => {
        expect(keyOfText(keyText(one))).toEqual(one)
      }),
      often,
    )
  })

  it('keeps apart what careless keys mix up', () => {
    const keys: Key[] = [
      '1',
      ['1'],
      [1],
      [1n],
      ['=1'],
      'a/b',
      ['a', 'b'],
      ['a/b'],
      ['a', ['b']],
      [''],
      [],
      '',
      ['a', ''],
      [true],
      ['true'],
      [null],
      [undefined],
      [{}],
      [[]],
      [new Date(0)],
      [0],
      [-0],
    ]
    expect(new Set(keys.map(keyText)).size).toBe(keys.length)
  })

  it('gives an array the beginning of those that begin with its parts, and of no others', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 3 }), fc.array(part, { maxLength: 3 }), text, (first, rest, last) => {
        expect(keyText([...first, ...rest]).startsWith(keyText(first))).toBe(true)
        const [head] = first
        if (typeof head === 'string') expect(keyText([`${head}${last}x`]).startsWith(keyText([head]))).toBe(false)
      }),
      often,
    )
  })

  it('compares objects by what they hold, in whatever order and however shared', () => {
    const shared = { x: 1 }
    expect(keyText([{ a: shared, b: shared }])).toBe(keyText([{ b: { x: 1 }, a: { x: 1 } }]))
    expect(keyText([{ a: 1 }])).not.toBe(keyText([{ a: 2 }]))
  })

  it('keeps the keys of a namespace apart from all others', () => {
    fc.assert(
      fc.property(text, key, key, (name, inside, outside) => {
        expect(keyText(outside).startsWith(namespaceText(name))).toBe(false)
        expect(namespaceText(name) + keyText(inside)).not.toBe(keyText(outside))
        expect(isNamespaced(namespaceText(name) + keyText(inside))).toBe(true)
        expect(isNamespaced(keyText(outside))).toBe(false)
      }),
      often,
    )
  })

  it('refuses what has no value to compare by', () => {
    const circle: Record<string, unknown> = {}
    circle['self'] = circle
    for (const bad of [circle, () => 1, Symbol('s'), new Map(), new URL('http://a')]) {
      expect(() => keyText([bad as KeyPart])).toThrow(expect.objectContaining({ code: 'ERR_INVALID_KEY' }))
    }
    for (const bad of ['{ "__proto__": 1 }', '[{ "a": { "__proto__": {} } }]']) {
      expect(() => keyText([JSON.parse(bad) as KeyPart])).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_KEY', message: expect.stringContaining('property "__proto__"') }),
      )
    }
    expect(() => keyText(7 as unknown as Key)).toThrow(/must be a string or an array, got 7/)
  })
})

describe('keyOfText', () => {
  it('gives no property of its own program for a text that nobody wrote', () => {
    expect(keyOfText('@=toString/=constructor/')).toEqual([NaN, NaN])
  })
})

describe('decodeKey', () => {
  it('gives the key back that was encoded, unless that is hashed', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary', maxLength: 600 })), (whole) => {
        const encoded = encodeKey(whole)
        expect(decodeKey(encoded)).toBe(encoded.length > 512 ? undefined : whole)
      }),
      often,
    )
  })
})
