import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../test/property.ts'
import { keyOfText, keyText } from '../keys/key-text.ts'
import { normalizedUrl, type ResponseId, responseKey, responseOfKey } from './cache-key.ts'

const normal = (url: string, ...rest: Parameters<typeof normalizedUrl> extends [URL, ...infer R] ? R : never): string =>
  normalizedUrl(new URL(url), ...rest)

describe('the URL of a response', () => {
  it('is the same whatever the order of its query, without what a campaign has added, and without what servers never see', () => {
    expect(normal('https://shop.test/a?b=2&a=1&utm_source=x#top', {})).toBe('https://shop.test/a?a=1&b=2')
    expect(normal('https://shop.test/a?utm_source=x', {})).toBe('https://shop.test/a')
    expect(normal('https://shop.test/a?', {})).toBe('https://shop.test/a')
  })

  it('keeps the order of values of one name, and the path and host as they are', () => {
    expect(normal('https://shop.test/?q=b&q=a', {})).toBe('https://shop.test/?q=b&q=a')
    expect(normal('https://shop.test/a/', {})).not.toBe(normal('https://shop.test/a', {}))
    expect(normal('http://shop.test/a', {})).not.toBe(normal('https://shop.test/a', {}))
  })

  it('has those parameters alone that count', () => {
    const url = 'https://shop.test/?page=2&sort=up&ref=x&_routes=root'
    expect(normal(url, { include: ['page'] })).toBe('https://shop.test/?page=2')
    expect(normal(url, { include: ['page'] }, ['_routes'])).toBe('https://shop.test/?_routes=root&page=2')
    expect(normal(url, { exclude: ['ref', 's*'] })).toBe('https://shop.test/?_routes=root&page=2')
    expect(normal(url, { exclude: ['_routes'] }, ['_routes'])).toContain('_routes=root')
  })

  it('tells any two queries apart that differ in a parameter that counts', () => {
    const name = fc.constantFrom('a', 'b', 'A', '', 'utm_x', 'a&b', '=')
    const query = fc.array(fc.tuple(name, fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 4 })
    const kept = (pairs: [string, string][]): string =>
      JSON.stringify(
        pairs
          .filter(([one]) => one !== 'utm_x')
          // As a URL holds them, which has no half surrogates.
          .map((pair) => pair.map((text) => Buffer.from(text).toString()))
          .toSorted(([one = ''], [other = '']) => (one < other ? -1 : one > other ? 1 : 0)),
      )
    fc.assert(
      fc.property(query, query, (one, other) => {
        const [left, right] = [one, other].map((pairs) => normal(`http://h/?${new URLSearchParams(pairs)}`, {}))
        expect(left === right).toBe(kept(one) === kept(other))
      }),
      runs(100),
    )
  })
})

describe('the key of a response', () => {
  const id: ResponseId = {
    url: 'https://shop.test/a',
    isData: false,
    buildId: 'b1',
    headers: new Headers({ 'accept-language': 'de-AT' }),
    vary: new Map(),
    cookies: [],
  }
  const text = (other: Partial<ResponseId>): string => keyText(responseKey({ ...id, ...other }))

  it('is another one for data, another build, and what the response varies by', () => {
    const language = new Map([['accept-language', (value: string | null) => value?.slice(0, 2) ?? null]])
    const texts = [
      text({}),
      text({ isData: true }),
      text({ buildId: 'b2' }),
      text({ vary: language }),
      text({ vary: language, headers: new Headers() }),
      text({ vary: language, headers: new Headers({ 'accept-language': 'en' }) }),
      text({ cookies: [['theme', 'dark']] }),
    ]
    expect(new Set(texts).size).toBe(texts.length)
    expect(text({ vary: language })).toBe(text({ vary: language, headers: new Headers({ 'accept-language': 'de' }) }))
  })

  it('begins with the URL, so that a page’s responses are listed together', () => {
    const prefix = keyText(['http', id.url])
    expect([text({}), text({ isData: true, buildId: 'b2' })].every((key) => key.startsWith(prefix))).toBe(true)
    expect(text({ url: 'https://shop.test/ab' }).startsWith(prefix)).toBe(false)
  })

  it('tells what it was made of, and the key of something else does not', () => {
    const { url, buildId } = id
    for (const isData of [false, true]) {
      const key = keyOfText(text({ isData, cookies: [['theme', 'dark']] }))
      expect(responseOfKey(key)).toEqual({ url, isData, buildId })
    }
    const others = [
      'http',
      ['http', url],
      ['http', url, 'other', buildId, [], []],
      ['https', url, 'data', buildId, [], []],
    ]
    for (const other of others) expect(responseOfKey(other)).toBeUndefined()
  })
})
