import { isExpired } from '@epic-web/cachified'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../test/property.ts'
import { lifetimeOf, type LifetimeOptions, softened } from './metadata.ts'

const options = (ageMs: number, staleIfErrorMs = 0): LifetimeOptions => ({ ageMs, staleIfErrorMs })

describe('the lifetime of an entry', () => {
  it('counts from when its making began', () => {
    const metadata = { createdTime: 0, ttl: 5000, swr: 2000 }
    expect(lifetimeOf(metadata, options(0))).toEqual({ revalidate: 5, expire: 7 })
    expect(lifetimeOf(metadata, options(500, 60_000))).toEqual({ revalidate: 4.5, expire: 66.5 })
    expect(lifetimeOf(metadata, options(6000))).toEqual({ revalidate: 0, expire: 1 })
    expect(lifetimeOf(metadata, options(9000))).toEqual({ revalidate: 0, expire: 0 })
  })

  it('has no end where the ttl or the swr has none', () => {
    expect(lifetimeOf({ createdTime: 0, ttl: null, swr: 7 }, options(0))).toEqual({ revalidate: false })
    expect(lifetimeOf({ createdTime: 0, ttl: 1000, swr: null }, options(0))).toEqual({
      revalidate: 1,
      expire: Infinity,
    })
  })

  it('is that of the old name of swr, too, where there is no other', () => {
    const old = { createdTime: 0, ttl: 5000, swv: 2000 }
    expect(lifetimeOf(old, options(0))).toEqual({ revalidate: 5, expire: 7 })
    expect(lifetimeOf({ ...old, swr: 1000 }, options(0))).toEqual({ revalidate: 5, expire: 6 })
    const past = { createdTime: Date.now() - 6000, ttl: 5000, swv: 2000 }
    expect(isExpired(softened(past, Date.now()))).toBe('stale')
  })

  it('never ends while cachified would use the entry', () => {
    const length = fc.option(fc.nat(100), { nil: null })
    fc.assert(
      fc.property(length, length, fc.nat(250), fc.nat(250), (ttl, swr, ageMs, laterMs) => {
        const metadata = { createdTime: Date.now() - ageMs - laterMs, ttl, swr }
        const { expire = Infinity } = lifetimeOf(metadata, options(ageMs))
        // Seconds are fractions, and so not quite exact.
        expect(isExpired(metadata) === true || laterMs < expire * 1000 + 0.001).toBe(true)
      }),
      runs(300),
    )
  })
})

describe('an entry that was softly invalidated', () => {
  it.each([
    ['a minute', { ttl: 60_000, swr: 0 }],
    ['a minute, and an hour more', { ttl: 60_000, swr: 3_600_000 }],
    ['ever', { ttl: null, swr: 0 }],
    ['a minute, and ever more', { ttl: 60_000, swr: null }],
  ])('of %s is stale at once', (_, lengths) => {
    const now = Date.now()
    for (const createdTime of [now - 1000, now]) {
      expect(isExpired(softened({ createdTime, ...lengths }, now))).toBe('stale')
    }
  })

  it('is served no longer than it would have been', () => {
    const now = Date.now()
    const metadata = { createdTime: now - 120_000, ttl: 60_000, swr: 30_000 }
    expect(isExpired(metadata)).toBe(true)
    expect(isExpired(softened(metadata, now))).toBe(true)
  })
})
