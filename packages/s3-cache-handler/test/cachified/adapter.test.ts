import { describe, expect, expectTypeOf, it } from 'vitest'
import type { Cache, CacheEntry } from '@epic-web/cachified'
import { cachifiedAdapter, type CachifiedAdapterOptions } from '../../src/cachified.ts'
import type { S3Cache } from '../../src/cache.ts'
import { open } from './open.ts'

describe('adapters', () => {
  it('of one cache with the same options are one', () => {
    const { cache } = open()
    const tags = (key: string): string[] => [key]
    for (const options of [{}, { name: 'shop' }, { tags }, { tags, staleIfError: 60 }]) {
      expect(cachifiedAdapter(cache, options)).toBe(cachifiedAdapter(cache, { ...options }))
    }
    expect(cachifiedAdapter(cache, { staleIfError: '1m', write: 'behind' })).toBe(cachifiedAdapter(cache))
    expect(cachifiedAdapter(cache.namespace('n'))).toBe(cachifiedAdapter(cache.namespace('n')))
  })

  it('with other options, of another namespace or of another cache are others', () => {
    const { cache } = open()
    const all = [
      cachifiedAdapter(cache),
      cachifiedAdapter(cache, { name: 'shop' }),
      cachifiedAdapter(cache, { namespace: 'shop' }),
      cachifiedAdapter(cache, { write: 'await' }),
      cachifiedAdapter(cache, { staleIfError: Infinity }),
      cachifiedAdapter(cache, { tags: () => [] }),
      cachifiedAdapter(cache.namespace('shop')),
      cachifiedAdapter(open().cache),
    ]
    expect(new Set(all).size).toBe(all.length)
  })

  it('can be spread and renamed', async () => {
    const { adapter } = open()
    const renamed = { ...adapter, name: 'mine' }
    await renamed.set('k', { metadata: { createdTime: Date.now(), ttl: null }, value: 1 })
    expect(await renamed.get('k')).toMatchObject({ value: 1 })
    await renamed.delete('k')
    expect(await adapter.get('k')).toBeUndefined()
  })

  it.each([
    ['name', ''],
    ['namespace', 7],
    ['tags', ['a']],
    ['write', 'now'],
    ['staleIfError', -1],
    ['ttl', 60],
  ])('refuse a wrong option %s', (option, value) => {
    const options = { [option]: value } as CachifiedAdapterOptions
    expect(() => cachifiedAdapter(open().cache, options)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION', option }) as Error,
    )
  })

  it.each([undefined, null, {}, new Map()])('refuse %s for a cache', (cache) => {
    expect(() => cachifiedAdapter(cache as S3Cache)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_OPTION', option: 'cache' }) as Error,
    )
  })

  it('have the types of cachified, as the compiler has checked', () => {
    const { cache } = open()
    expectTypeOf(cachifiedAdapter(cache)).toEqualTypeOf<Cache<unknown>>()
    expectTypeOf(cachifiedAdapter<Date>(cache).set).parameter(1).toEqualTypeOf<CacheEntry<Date>>()
    expectTypeOf(cachifiedAdapter(cache)).toExtend<Cache>()
  })
})
