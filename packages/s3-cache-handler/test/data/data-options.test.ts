import { describe, expect, it } from 'vitest'
import { InvalidOptionError, memoryStore, type Duration, type S3CacheOptions } from '../../src/cache.ts'
import { openDataCache } from '../../src/lib/data/open-data-cache.ts'
import { silent } from './flask-caches.ts'

type Ttl = Duration | null | undefined

const FOR_EVER = { kind: 'stored', seconds: Infinity } as const
const NOT_STORED = { kind: 'not stored' } as const
const seconds = (seconds: number) => ({ kind: 'stored', seconds }) as const
const badOption = (got: string) =>
  ({
    kind: 'refused',
    option: 'ttl',
    message: `"ttl" must be seconds or a text like "5m", 0 or more, got ${got}`,
  }) as const
const badVariable = (got: string) =>
  ({
    kind: 'refused',
    option: 'defaults.ttl',
    message: `"defaults.ttl" (CACHE_DEFAULT_TIMEOUT) must be a whole number of 0 or more, got "${got}"`,
  }) as const

type Outcome =
  | ReturnType<typeof seconds>
  | typeof NOT_STORED
  | ReturnType<typeof badOption>
  | ReturnType<typeof badVariable>

/** What becomes of a `set` with this `ttl` in a process with this CACHE_DEFAULT_TIMEOUT. */
async function outcomeOf(ttl: Ttl, timeout: string | undefined, options: S3CacheOptions = {}): Promise<Outcome> {
  try {
    const env = { CACHE_DEFAULT_TIMEOUT: timeout }
    const cache = openDataCache({ store: memoryStore(), logger: silent, ...options }, env)
    const isStored = await cache.set('key', 'value', { ttl })
    const entry = await cache.getEntry('key')
    expect(isStored).toBe(entry !== undefined)
    if (entry === undefined) return NOT_STORED
    const { createdAt, staleAt, expiresAt } = entry
    expect(expiresAt).toBe(staleAt)
    return seconds((staleAt - createdAt) / 1000)
  } catch (error) {
    if (!(error instanceof InvalidOptionError)) throw error
    const { code, option, message } = error
    expect(code).toBe('ERR_INVALID_OPTION')
    return { kind: 'refused', option, message } as Outcome
  }
}

describe('ttl of set, by CACHE_DEFAULT_TIMEOUT', () => {
  it.each<[ttl: Ttl, timeout: string | undefined, outcome: Outcome]>([
    [0, undefined, NOT_STORED],
    [0, '', NOT_STORED],
    [0, '0', NOT_STORED],
    [0, '60', NOT_STORED],
    [0, '-1', badVariable('-1')],
    [0, 'abc', badVariable('abc')],

    [undefined, undefined, seconds(300)],
    [undefined, '', seconds(300)],
    [undefined, '0', FOR_EVER],
    [undefined, '60', seconds(60)],
    [undefined, '-1', badVariable('-1')],
    [undefined, 'abc', badVariable('abc')],

    [60, undefined, seconds(60)],
    [60, '', seconds(60)],
    [60, '0', seconds(60)],
    [60, '60', seconds(60)],
    [60, '-1', badVariable('-1')],
    [60, 'abc', badVariable('abc')],

    [-1, undefined, badOption('-1')],
    [-1, '', badOption('-1')],
    [-1, '0', badOption('-1')],
    [-1, '60', badOption('-1')],
    [-1, '-1', badVariable('-1')],
    [-1, 'abc', badVariable('abc')],

    [null, undefined, FOR_EVER],
    [null, '', FOR_EVER],
    [null, '0', FOR_EVER],
    [null, '60', FOR_EVER],
    [null, '-1', badVariable('-1')],
    [null, 'abc', badVariable('abc')],

    ['5m', undefined, seconds(300)],
    ['5m', '', seconds(300)],
    ['5m', '0', seconds(300)],
    ['5m', '60', seconds(300)],
    ['5m', '-1', badVariable('-1')],
    ['5m', 'abc', badVariable('abc')],

    [NaN, undefined, badOption('NaN')],
    [NaN, '', badOption('NaN')],
    [NaN, '0', badOption('NaN')],
    [NaN, '60', badOption('NaN')],
    [NaN, '-1', badVariable('-1')],
    [NaN, 'abc', badVariable('abc')],

    ['abc' as Duration, undefined, badOption("'abc'")],
    ['abc' as Duration, '', badOption("'abc'")],
    ['abc' as Duration, '0', badOption("'abc'")],
    ['abc' as Duration, '60', badOption("'abc'")],
    ['abc' as Duration, '-1', badVariable('-1')],
    ['abc' as Duration, 'abc', badVariable('abc')],
  ])('set with ttl %j where the variable is %j gives %o', async (ttl, timeout, outcome) => {
    expect(await outcomeOf(ttl, timeout)).toEqual(outcome)
  })

  it('lets `defaults.ttl` outrank the variable, and the `ttl` of `set` both', async () => {
    expect(await outcomeOf(undefined, '60', { defaults: { ttl: 7 } })).toEqual(seconds(7))
    expect(await outcomeOf(undefined, '60', { defaults: { ttl: null } })).toEqual(FOR_EVER)
    expect(await outcomeOf(undefined, '60', { defaults: { ttl: 0 } })).toEqual(NOT_STORED)
    expect(await outcomeOf(8, '60', { defaults: { ttl: 7 } })).toEqual(seconds(8))
  })

  it('refuses the `ttl` of `set` without touching what is stored, and with 0 deletes it', async () => {
    const cache = openDataCache({ store: memoryStore(), logger: silent }, {})
    await cache.set('key', 'old')
    await expect(cache.set('key', 'new', { ttl: -1 })).rejects.toThrow(InvalidOptionError)
    expect(await cache.get('key')).toBe('old')
    expect(await cache.set('key', 'new', { ttl: 0 })).toBe(false)
    expect(await cache.get('key')).toBeUndefined()
  })
})

/** What opening a cache with a wrong option throws; the cache where it throws nothing. */
function refusal(options: Readonly<Record<string, unknown>>, env: Record<string, string> = {}): unknown {
  try {
    return openDataCache({ logger: silent, ...options }, env)
  } catch (error) {
    return error
  }
}

/** An error that names the option, and what is wrong with it. */
const invalid = (option: string, what: string) =>
  expect.objectContaining({
    name: 'InvalidOptionError',
    code: 'ERR_INVALID_OPTION',
    option,
    message: expect.stringContaining(what),
  })

const store = memoryStore()
const codec = { name: 'json', stringify: JSON.stringify, parse: JSON.parse }

describe('options of createS3Cache', () => {
  it('are refused where they are not known, or concern Next alone', () => {
    expect(refusal({ store, prefx: 'a/' })).toEqual(invalid('prefx', 'no option "prefx"; it knows bucket, prefix'))
    expect(refusal({ store, deployment: 'a' })).toEqual(invalid('deployment', 'no option "deployment"'))
    expect(refusal({ store, sharedData: true })).toEqual(invalid('sharedData', 'no option "sharedData"'))
    expect(refusal({ store, storeDuringBuild: true })).toEqual(invalid('storeDuringBuild', '"storeDuringBuild"'))
    expect(refusal({ store, defaults: { timeout: 1 } })).toEqual(invalid('timeout', '"defaults" knows no option'))
  })

  it('name a bucket or a store, and not both', () => {
    expect(refusal({})).toEqual(invalid('bucket', '"bucket" (CACHE_S3_BUCKET) is not set'))
    expect(refusal({}, { CACHE_S3_BUCKET: '' })).toEqual(invalid('bucket', 'CACHE_S3_BUCKET'))
    expect(refusal({ bucket: '' })).toEqual(invalid('bucket', 'got ""'))
    expect(refusal({ store, bucket: 'a' })).toEqual(invalid('store', '"store" and "bucket" exclude each other'))
    // The variable of the whole app is for its other caches.
    expect(refusal({ store }, { CACHE_S3_BUCKET: 'a' })).not.toBeInstanceOf(Error)
    expect(refusal({}, { CACHE_S3_DISABLED: '1' })).not.toBeInstanceOf(Error)
  })

  it('are of the kind that they have to be', () => {
    expect(refusal({ store, hashKey: 'sha256' })).toEqual(invalid('hashKey', 'must be a function, got "sha256"'))
    expect(refusal({ store, hashKey: null })).toEqual(invalid('hashKey', 'must be a function, got null'))
    expect(refusal({ store, codec: {} })).toEqual(invalid('codec', 'must have the methods stringify, parse'))
    expect(refusal({ store, codec: { ...codec, parse: 1 } })).toEqual(invalid('codec', 'stringify, parse'))
    expect(refusal({ store: {} })).toEqual(invalid('store', 'must have the methods get, head, list, put, delete'))
    expect(refusal({ store: { ...store, head: undefined } })).toEqual(invalid('store', 'must have the methods'))
    expect(refusal({ store: null })).toEqual(invalid('store', 'got null'))
  })

  it('have a codec with a name, without which values of two codecs are not told apart', () => {
    expect(refusal({ store, codec: { ...codec, name: undefined } })).toEqual(invalid('codec', 'name'))
    expect(refusal({ store, codec: { ...codec, name: '' } })).toEqual(invalid('codec', 'name'))
  })

  it('have defaults that are an object, and entries no option that is misspelt', async () => {
    expect(refusal({ store, defaults: 5 })).toEqual(invalid('defaults', 'must be an object, got 5'))
    const cache = openDataCache({ store, prefix: 'o/' }, {})
    const misspelt = { tll: 5 } as object
    await expect(cache.set('k', 1, misspelt)).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION', option: 'tll' })
    await expect(cache.remember('k', () => 1, misspelt)).rejects.toMatchObject({ option: 'tll' })
    const wrong = { contentType: 5 } as object
    await expect(cache.set('k', 'x', wrong)).rejects.toMatchObject({ option: 'contentType' })
  })

  it('have types with the methods of a type', () => {
    expect(refusal({ store, types: { Money: {} } })).toEqual(invalid('types', 'is, encode, decode'))
    expect(refusal({ store, types: null })).toEqual(invalid('types', 'null'))
  })

  it('are checked in the environment, too, where the call does not say', () => {
    const env = { CACHE_MEMORY_CHECK_MS: 'soon', CACHE_FAIL_OPEN: 'maybe', CACHE_PURGE_EXPIRED_ON_READ: '2' }
    const options = { memoryCheckMs: 0, failOpen: false, purgeExpiredOnRead: false }
    const without = (name: keyof typeof options): unknown => refusal({ store, ...options, [name]: undefined }, env)
    expect(without('memoryCheckMs')).toEqual(invalid('memoryCheckMs', '(CACHE_MEMORY_CHECK_MS)'))
    expect(without('failOpen')).toEqual(
      invalid('failOpen', '(CACHE_FAIL_OPEN) must be 1, 0, true or false, got "maybe"'),
    )
    expect(without('purgeExpiredOnRead')).toEqual(invalid('purgeExpiredOnRead', '(CACHE_PURGE_EXPIRED_ON_READ)'))
    expect(refusal({ store, ...options }, env)).not.toBeInstanceOf(Error)
  })

  it('have defaults that each `set` could have', () => {
    expect(refusal({ store, defaults: { ttl: -1 } })).toEqual(invalid('defaults.ttl', 'got -1'))
    expect(refusal({ store, defaults: { swr: NaN } })).toEqual(invalid('defaults.swr', 'got NaN'))
    expect(refusal({ store, defaults: { staleIfError: '5' } })).toEqual(invalid('defaults.staleIfError', "got '5'"))
    expect(refusal({ store, defaults: { tags: 'posts' } })).toEqual(invalid('defaults.tags', 'got "posts"'))
  })

  it('are as wrong in a `set`', async () => {
    const cache = openDataCache({ store, prefix: 'set/', logger: silent }, {})
    await expect(cache.set('key', 1, { swr: -1 })).rejects.toEqual(invalid('swr', 'got -1'))
    await expect(cache.set('key', 1, { staleIfError: NaN })).rejects.toEqual(invalid('staleIfError', 'got NaN'))
    await expect(cache.set('key', 1, { tags: [''] })).rejects.toEqual(invalid('tags', "got [ '' ]"))
    await expect(cache.set('key', 'text', { contentType: 'a\nb' })).rejects.toEqual(invalid('contentType', 'a\\nb'))
    await expect(cache.set('key', undefined)).rejects.toEqual(invalid('value', 'must not be undefined'))
    expect(await cache.get('key')).toBeUndefined()
  })

  it('add the tags of a `set` to those of `defaults`, and let it change the rest', async () => {
    const defaults = { ttl: 60, swr: 30, staleIfError: 40, tags: ['all'] }
    const cache = openDataCache({ store, prefix: 'defaults/', logger: silent, defaults }, {})
    await cache.set('as they are', 1)
    await cache.set('changed', 1, { ttl: '1h', swr: '1d', tags: ['own', 'all'] })
    const timesOf = async (key: string): Promise<unknown> => {
      const { createdAt = 0, staleAt = 0, expiresAt = 0, tags } = (await cache.getEntry(key)) ?? {}
      return [staleAt - createdAt, expiresAt - staleAt, tags]
    }
    expect(await timesOf('as they are')).toEqual([60_000, 40_000, ['all']])
    expect(await timesOf('changed')).toEqual([3_600_000, 86_400_000, ['all', 'own']])
  })
})
