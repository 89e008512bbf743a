import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../test/property.ts'
import { encodeKey, encodeKeyPrefix, encodeName } from './encode-key.ts'

/** Strings that meet in careless encodings: case, separators, escapes, normal forms, halves of surrogate pairs. */
const pieces = [
  ...'/ // . .. /./ /../ _ - + +/ % %2F %2f ~ ? # \\ : a A b é e\u0301 ü 東京 大阪 😀 [id] $'.split(' '),
  ' ',
  '\0',
  '\n',
  '\ud83d',
  '\ude00',
  'x'.repeat(199),
  'y'.repeat(200),
  'z'.repeat(520),
]
const adversarial = fc.array(fc.constantFrom(...pieces), { maxLength: 8 })
const key = fc.oneof(
  adversarial.map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 700 }),
  fc.array(fc.nat(0xffff), { maxLength: 40 }).map((units) => String.fromCharCode(...units)),
)
const often = runs(3000)

describe('encodeKey', () => {
  it('never gives two keys the same object', () => {
    fc.assert(
      fc.property(key, key, (one, other) => {
        expect(encodeKey(one) === encodeKey(other)).toBe(one === other)
      }),
      often,
    )
  })

  it('keeps apart the pairs that other handlers mix up', () => {
    const keys = ['/blog/a_b', '/blog/a/b', '/blog/a%2Fb', '/blog/a%5Fb', '/blog/A_b', 'fn("東京")', 'fn("大阪")']
    const more = ['fn("ü")', 'fn("é")', 'fn("e\u0301")', '\ud800', '\udc00', '\ufffd', 'a\0', 'a', 'a/', 'a//', '']
    const encoded = [...keys, ...more].map(encodeKey)
    expect(new Set(encoded).size).toBe(encoded.length)
  })

  it('starts with the encoding of every prefix whose own encoding fits 512 bytes', () => {
    fc.assert(
      fc.property(key, fc.nat(700), (whole, length) => {
        const prefix = encodeKeyPrefix(whole.slice(0, length))
        fc.pre(prefix.length < 512)
        expect(encodeKey(whole).startsWith(prefix)).toBe(true)
      }),
      often,
    )
  })

  it('is a path that any file system and any S3 client takes as it is', () => {
    fc.assert(
      fc.property(key, (whole) => {
        const encoded = encodeKey(whole)
        expect(encoded.length).toBeLessThanOrEqual(580)
        expect(encoded).toMatch(/^[A-Za-z0-9\-_$()@=,.%+/]+$/)
        for (const component of encoded.split('/')) {
          expect(component).not.toMatch(/^\.{0,2}$/)
          expect(component.length).toBeLessThanOrEqual(255)
        }
      }),
      often,
    )
  })

  it('leaves an ordinary key readable', () => {
    expect(encodeKey('blog/2026/hello-world_1.html')).toBe('blog/2026/hello-world_1.html')
    expect(encodeKey('/route-cache/APP_PAGE/ab12/$/isr/é')).toBe('%2Froute-cache/APP_PAGE/ab12/$/isr/%C3%A9')
  })

  it('escapes a dot that begins a component, also one that a long component is continued with', () => {
    expect(encodeKey('../../etc')).toBe('%2E./%2E./etc')
    expect(encodeKey(`${'x'.repeat(200)}./y`)).toBe(`${'x'.repeat(200)}+/%2E/y`)
  })
})

describe('encodeName', () => {
  it('never gives two names the same component', () => {
    fc.assert(
      fc.property(key, key, (one, other) => {
        expect(encodeName(one) === encodeName(other)).toBe(one === other)
      }),
      often,
    )
  })

  it('is one component of at most 145 bytes', () => {
    fc.assert(
      fc.property(key, (name) => {
        expect(encodeName(name)).toMatch(/^(?!\.)[A-Za-z0-9\-_$()@=,.%+]{1,145}$/)
      }),
      often,
    )
  })
})
