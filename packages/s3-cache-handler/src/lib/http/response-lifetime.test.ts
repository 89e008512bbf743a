import { describe, expect, it } from 'vitest'
import { ageOf, type ResponseLifetime, responseLifetime } from './response-lifetime.ts'

const NOTHING: ResponseLifetime = { ttl: 0, swr: 0, staleIfError: 0 }
const SOME: ResponseLifetime = { ttl: 60, swr: 600, staleIfError: 6000 }

const lifetime = (headers: Record<string, string>, unsaid = SOME): ResponseLifetime | undefined =>
  responseLifetime(new Headers(headers), unsaid)

describe('the lifetime of a response', () => {
  it('is what it says to shared caches, else to all, else by Expires, else what is said for those that say nothing', () => {
    const date = 'Mon, 30 Nov 2026 10:00:00 GMT'
    const expires = 'Mon, 30 Nov 2026 10:00:07 GMT'
    expect(lifetime({ 'cache-control': 's-maxage=5, max-age=6', expires })).toMatchObject({ ttl: 5 })
    expect(lifetime({ 'cache-control': 'max-age=6', expires })).toMatchObject({ ttl: 6 })
    expect(lifetime({ date, expires })).toMatchObject({ ttl: 7 })
    expect(lifetime({ 'cache-control': 'public' })).toEqual(SOME)
    expect(lifetime({})).toEqual(SOME)
  })

  it('is what is left of it, where it comes from another cache', () => {
    expect(lifetime({ 'cache-control': 'max-age=60', age: '50' })).toMatchObject({ ttl: 10 })
    expect(lifetime({ 'cache-control': 'max-age=60', age: '70' })).toBeUndefined()
    expect([ageOf(new Headers({ age: '7' })), ageOf(new Headers({ age: 'old' })), ageOf(new Headers())]).toEqual([
      7, 0, 0,
    ])
  })

  it('is none where it is not fresh for a moment', () => {
    expect(lifetime({ 'cache-control': 'max-age=0' })).toBeUndefined()
    expect(lifetime({ expires: '0' })).toBeUndefined()
    expect(lifetime({ expires: 'Mon, 30 Nov 2020 10:00:00 GMT' })).toBeUndefined()
    expect(lifetime({}, NOTHING)).toBeUndefined()
    expect(lifetime({}, { ...NOTHING, swr: 600 })).toBeUndefined()
  })

  it('is a moment where it says that it may be stale', () => {
    const said = lifetime({ 'cache-control': 'max-age=0, stale-while-revalidate=30' }, NOTHING)
    expect(said).toEqual({ ttl: 0.001, swr: 30, staleIfError: 0 })
  })

  it('ends when it is stale, where it says so', () => {
    const stale = 'stale-while-revalidate=9, stale-if-error=9'
    expect(lifetime({ 'cache-control': `max-age=5, must-revalidate, ${stale}` })).toEqual({ ...NOTHING, ttl: 5 })
    expect(lifetime({ 'cache-control': `max-age=5, proxy-revalidate, ${stale}` })).toEqual({ ...NOTHING, ttl: 5 })
    expect(lifetime({ 'cache-control': `max-age=5, ${stale}` })).toEqual({ ttl: 5, swr: 9, staleIfError: 9 })
  })
})
