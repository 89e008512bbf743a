import { describe, expect, it } from 'vitest'
import { valueText } from './value-text.ts'

describe('a value is shown', () => {
  it('as indented JSON, where it is JSON', () => {
    for (const value of [null, true, -1.5, 'a"b', [], {}, [1, [2, { a: {}, 'b c': [null] }]], { __proto__: null }]) {
      expect(valueText(value)).toBe(JSON.stringify(value, undefined, 2))
    }
  })

  it('with what JSON does not know', () => {
    const shown = valueText({
      day: new Date(0),
      pairs: new Map([[{ id: 1 }, new Set(['a'])]]),
      large: 10n,
      none: undefined,
      zero: -0,
      bytes: Buffer.from('ab'),
    })
    expect(shown?.split('\n').map((line) => line.trim())).toEqual([
      '{',
      '"day": 1970-01-01T00:00:00.000Z,',
      '"pairs": Map {',
      '{',
      '"id": 1',
      '} => Set [',
      '"a"',
      ']',
      '},',
      '"large": 10n,',
      '"none": undefined,',
      '"zero": -0,',
      '"bytes": <Buffer 61 62>',
      '}',
    ])
    const error = Object.assign(new RangeError('too far', { cause: new Error('why') }), { code: 'ERR_FAR' })
    expect(valueText([error])).toMatch(/RangeError: too far\n[^]*code: 'ERR_FAR'/)
  })

  it('that holds itself', () => {
    const circle: unknown[] = [1]
    circle.push({ circle })
    expect(valueText(circle)).toContain('"circle": (what it is in)')
  })
})

describe('is not shown, whatever would be made of it', () => {
  it('what is deep', () => {
    expect(valueText(JSON.parse('['.repeat(1000) + ']'.repeat(1000)))).toBeUndefined()
    expect(valueText(JSON.parse('{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000)))).toBeUndefined()
  })

  it('what is small, and stands in many places', () => {
    let shared: unknown = 'x'
    for (let level = 0; level < 50; level++) shared = [shared, shared, shared]
    expect(valueText(shared)).toBeUndefined()
  })

  it('what is empty for long', () => {
    expect(valueText(Array.from({ length: 1_000_000 }))).toBeUndefined()
    const sparse: unknown[] = []
    sparse.length = 2 ** 32 - 1
    expect(valueText(sparse)).toBeUndefined()
  })
})
