import { describe, expect, it } from 'vitest'
import { resolveResponseOptions, unsaidBy } from './response-options.ts'

const wrong =
  (options: object): (() => unknown) =>
  () =>
    resolveResponseOptions(options)

describe('the options of a response cache', () => {
  it('are what their docstrings say where nothing is said', () => {
    expect(resolveResponseOptions({})).toMatchObject({
      unsaid: { ttl: 0, swr: 0, staleIfError: 0 },
      cookies: 'bypass',
      query: {},
      statuses: [200, 301, 308],
      maxBytes: 8_388_608,
      browser: 'revalidate',
      cacheStatus: 's3-cache',
      lock: false,
      timeout: undefined,
    })
    expect(resolveResponseOptions({ ttl: null, cacheStatus: false })).toMatchObject({
      unsaid: { ttl: Infinity },
      cacheStatus: undefined,
    })
  })

  it('are refused by name where they are wrong', () => {
    expect(wrong({ ttl: -1 })).toThrow('"ttl" must be')
    expect(wrong({ swr: 'soon' })).toThrow('"swr" must be')
    expect(wrong({ staleIfErr: 1 })).toThrow('createResponseCache knows no option "staleIfErr"')
    expect(wrong({ statuses: [200, 206] })).toThrow('"statuses" must be whole numbers from 200 to 599 but for 206, 304')
    expect(wrong({ maxBytes: 1.5 })).toThrow('"maxBytes" must be a whole number of 0 or more, got 1.5')
    expect(wrong({ browser: 'keep' })).toThrow('"browser" must be revalidate or passthrough, got "keep"')
    expect(wrong({ cookies: 'some' })).toThrow('"cookies" must be')
    expect(wrong({ tags: [''] })).toThrow('"tags" must be')
    expect(wrong({ timeout: 'x' })).toThrow('"timeout" must be')
    expect(wrong({ cacheStatus: '' })).toThrow('"cacheStatus" must be false or a name')
    expect(wrong({ cacheStatus: 5 })).toThrow('"cacheStatus" must be false or a name, got 5')
    expect(wrong({ statuses: 200 })).toThrow('"statuses" must be whole numbers')
    expect(wrong({ cache: true })).toThrow('"cache" must be a function, got true')
    expect(wrong({ buildId: 5 })).toThrow('"buildId" must be a text or a function, got 5')
    expect(wrong({ ttl: -1 })).toThrow(expect.objectContaining({ code: 'ERR_INVALID_OPTION', option: 'ttl' }))
  })

  it('are refused where what is in them is wrong', () => {
    for (const lock of ['yes', 0, { wait: 'soon' }, { lease: null }]) expect(wrong({ lock })).toThrow('"lock')
    for (const query of ['none', null, { exlude: ['a'] }, { include: 'a' }]) {
      expect(wrong({ query })).toThrow('"query" must be an object with a list of names, include or exclude')
    }
    for (const cookies of [null, { varry: ['a'] }, { vary: 'a' }, { ignore: [''] }]) {
      expect(wrong({ cookies })).toThrow('"cookies" must be bypass, ignore or an object')
    }
    for (const vary of ['accept', [''], { accept: 'x' }])
      expect(wrong({ vary })).toThrow('"vary" must be a list of names')
    const right = {
      lock: { wait: 0, lease: '5s' },
      query: { include: undefined, exclude: ['a*'] },
      cookies: { vary: ['a'] },
    }
    expect(wrong({ ...right, vary: { accept: String } })).not.toThrow()
  })

  it('take headers in any case, and what is made of them', () => {
    const { vary } = resolveResponseOptions({ vary: { 'Accept-Language': (value) => value?.slice(0, 2) ?? null } })
    expect(vary.get('accept-language')?.('de-AT')).toBe('de')
    expect([...resolveResponseOptions({ vary: ['X-A'] }).vary.keys()]).toEqual(['x-a'])
  })
})

it('give way to a rule, which is checked, too', () => {
  const unsaid = { ttl: 1, swr: 2, staleIfError: 3 }
  expect(unsaidBy({ ttl: '1m' }, unsaid)).toEqual({ ttl: 60, swr: 2, staleIfError: 3 })
  expect(unsaidBy({ ttl: null, swr: 0, staleIfError: 9 }, unsaid)).toEqual({ ttl: Infinity, swr: 0, staleIfError: 9 })
  expect(() => unsaidBy({ ttl: -1 }, unsaid)).toThrow('"ttl" must be')
  expect(() => unsaidBy({ tl: 1 } as object, unsaid)).toThrow('A rule of "cache" knows no option "tl"')
})
