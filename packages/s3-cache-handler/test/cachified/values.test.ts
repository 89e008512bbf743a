import { createCacheEntry } from '@epic-web/cachified'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { TypeCodec } from '../../src/cache.ts'
import { runs } from '../property.ts'
import { localS3, openS3Endpoint, type S3Endpoint } from '../s3-endpoint.ts'
import { counter, never, newStore, open, openTwo, type Opened } from './open.ts'

describe('values', () => {
  it('keep their types', async () => {
    const { one, other } = openTwo()
    const value = {
      at: new Date(7),
      byName: new Map([['a', new Set([1n])]]),
      pattern: /a/g,
      url: new URL('https://example.org/?q=1'),
      bytes: Buffer.from('bytes'),
      failed: new RangeError('too far', { cause: 'steps' }),
      none: undefined,
      zero: -0,
    }
    await one.call(() => value)
    await one.settle()
    expect(await other.call<unknown>(never)).toEqual(value)
  })

  it.each(['bytes', 'text'])('of 8 MB come back, as %s', async (kind) => {
    const { one, other } = openTwo({ timeoutMs: 20_000 })
    const bytes = Buffer.alloc(8_000_000, 'large ')
    const value = kind === 'bytes' ? bytes : bytes.toString()
    await one.call(() => value)
    await one.settle()
    const found = await other.call<unknown>(never)
    // `toEqual` takes a minute for so many bytes.
    expect(Buffer.from(found as string).equals(bytes)).toBe(true)
    expect(Buffer.isBuffer(found)).toBe(kind === 'bytes')
  })

  it('can be of types of one’s own', async () => {
    class Money {
      readonly cents: number
      constructor(cents: number) {
        this.cents = cents
      }
    }
    const money: TypeCodec<Money, number> = {
      is: (value) => value instanceof Money,
      encode: ({ cents }) => cents,
      decode: (cents) => new Money(cents),
    }
    const { call, settle } = open({ types: { Money: money } })
    await call(() => new Money(7))
    await settle()
    expect(await call<unknown>(never)).toEqual(new Money(7))
  })
})

describe('keys', () => {
  it('can be any text, and no two are the same', async () => {
    const hostile = [
      '',
      '.',
      '..',
      '../x',
      '//',
      'a/b',
      'a_b',
      'a%2Fb',
      '\0',
      '\ud800',
      'é',
      'é',
      '$',
      '@',
      '=',
      '=cachified/a',
    ]
    const { one, other } = openTwo()
    const keys = [...hostile, 'x'.repeat(3000), `${'x'.repeat(3000)}y`]
    for (const key of keys) await one.call(() => key, { key })
    await one.settle()
    for (const key of keys) expect(await other.call<string>(never, { key })).toBe(key)
  })

  it('are told apart by properties', { timeout: 60_000 }, async () => {
    const { call } = open()
    const text = fc.string({ unit: 'binary', maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(text, { minLength: 2, maxLength: 5 }), async (keys) => {
        for (const key of keys) await call(() => ({ key }), { key })
        for (const key of keys) expect(await call<unknown>(never, { key })).toEqual({ key })
      }),
      runs(25),
    )
  })

  it('are no keys of the cache itself, nor of another namespace', async () => {
    const { cache, call, settle } = open()
    await cache.set('k', 'of the cache')
    await call(() => 'of cachified')
    await settle()
    expect(await cache.get('k')).toBe('of the cache')
    expect((await cache.keys()).keys.map(({ key }) => key)).toEqual(['k'])
    expect((await cache.namespace('cachified').keys()).keys.map(({ key }) => key)).toEqual(['k'])
    expect(await cache.namespace('cachified').clear({ prefix: 'k' })).toEqual({ deleted: 1 })
    expect(await call(() => 'anew')).toBe('anew')
  })

  it('are hidden where the cache hides them', async () => {
    const store = newStore()
    const { call, settle } = open({ store, prefix: 'p/', hashKey: (key) => `hidden ${key.length}` })
    await call(() => 'value', { key: 'a secret' })
    await settle()
    expect((await store.list('')).objects.map(({ key }) => key).join()).not.toContain('secret')
    expect(await call<string>(never, { key: 'a secret' })).toBe('value')
  })

  it('that are none are refused', async () => {
    const { adapter } = open()
    for (const key of [undefined, 7, ['a']]) {
      await expect(adapter.get(key as never)).rejects.toMatchObject({ code: 'ERR_INVALID_KEY' })
      await expect(adapter.set(key as never, createCacheEntry(1))).rejects.toMatchObject({ code: 'ERR_INVALID_KEY' })
      await expect(adapter.delete(key as never)).rejects.toMatchObject({ code: 'ERR_INVALID_KEY' })
    }
  })
})

describe('over HTTP', () => {
  let s3: S3Endpoint
  beforeAll(async () => {
    s3 = await openS3Endpoint('cachified')
  })
  afterAll(() => s3.close())

  /** Caches with other options share nothing but the bucket. */
  const openCaches = (name: string): Opened[] => {
    const { bucket, endpoint, region } = s3
    const place = { bucket, endpoint, region, prefix: `${s3.prefix}${name}/`, tagRefreshMs: 50, memoryCheckMs: 60_000 }
    return [15_000, 15_001].map((timeoutMs) => open({ ...place, timeoutMs }, { tags: () => ['posts'] }))
  }

  it('what one cache makes another finds, and a warm call asks for no entry', async (context) => {
    const { requests } = localS3(context, s3, 'request counter')
    const [one, other] = openCaches('shared') as [Opened, Opened]
    const value = { at: new Date(7), ids: new Set([1, 2]) }
    await one.call(() => value)
    await one.settle()
    expect(await other.call<unknown>(never)).toEqual(value)
    const asked = (): number => requests.count({ keyPattern: 'entries/' })
    const before = asked()
    await Promise.all(Array.from({ length: 200 }, () => other.call<unknown>(never)))
    expect(asked()).toBe(before)
    await one.cache.revalidateTag('posts')
    const { make, made } = counter()
    await expect.poll(() => other.call<unknown>(make), { timeout: 10_000 }).toBe('made 1')
    expect(made()).toBe(1)
  })

  it('an entry is as old to a machine whose clock is wrong', async (context) => {
    const { clock } = localS3(context, s3, 'clock')
    const [one, other] = openCaches('clocks') as [Opened, Opened]
    await one.call(() => 'value', { ttl: 60_000 })
    await one.settle()
    // From here on this process is another machine, whose clock is ahead of the server's.
    const aheadMs = 600_000
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + aheadMs })
    clock.setOffset(-aheadMs)
    expect(await other.call<string>(never, { ttl: 60_000 })).toBe('value')
    await other.call(() => 'of the other', { key: 'other', ttl: 60_000 })
    await other.settle()
    vi.useRealTimers()
    clock.setOffset(0)
    expect(await one.call<string>(never, { key: 'other', ttl: 60_000 })).toBe('of the other')
  })
})
