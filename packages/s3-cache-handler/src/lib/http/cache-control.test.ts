import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../test/property.ts'
import { parseCacheControl } from './cache-control.ts'

describe('Cache-Control', () => {
  it('says what a field says, in whatever case and order', () => {
    expect(parseCacheControl('Public, S-MaxAge=300 , max-age=0,stale-while-revalidate=86400')).toMatchObject({
      isPublic: true,
      sMaxAge: 300,
      maxAge: 0,
      staleWhileRevalidate: 86_400,
    })
    expect(parseCacheControl('IMMUTABLE;must-revalidate, maxage=5')).toMatchObject({
      maxAge: undefined,
      mustRevalidate: true,
      immutable: true,
    })
  })

  it('says nothing where there is none', () => {
    const nothing = parseCacheControl(null)
    expect(Object.values(nothing).filter((value) => value !== false && value !== undefined)).toEqual([])
    expect(parseCacheControl('')).toEqual(nothing)
  })

  it('takes a directive for the whole where it is for some fields only', () => {
    expect(parseCacheControl('no-cache="set-cookie, x", max-age=5')).toMatchObject({ noCache: true, maxAge: 5 })
    expect(parseCacheControl('private="x-user, no-store"')).toMatchObject({ isPrivate: true, noStore: false })
  })

  it('takes what is no number for none left, the first of several, and what is too large for a long time', () => {
    expect(parseCacheControl('max-age=soon')).toMatchObject({ maxAge: 0 })
    expect(parseCacheControl('max-age')).toMatchObject({ maxAge: 0 })
    expect(parseCacheControl('max-age=-1')).toMatchObject({ maxAge: 0 })
    expect(parseCacheControl('max-age="60"')).toMatchObject({ maxAge: 60 })
    expect(parseCacheControl('max-age=1, max-age=2')).toMatchObject({ maxAge: 1 })
    expect(parseCacheControl('max-age=99999999999999')).toMatchObject({ maxAge: 2 ** 31 })
  })

  it('is not mistaken by what stands around a directive', () => {
    const other = fc.stringMatching(/^[a-z-]{1,12}(=("[ -!#-[\]-~]{0,12}"|[a-z0-9-]{0,8}))?$/)
    const known = /^(public|private|no-store|no-cache|.*-revalidate|immutable|max-age|s-maxage|stale-.*)(=|$)/
    const others = fc.array(
      other.filter((text) => !known.test(text)),
      { maxLength: 4 },
    )
    fc.assert(
      fc.property(others, others, fc.nat(10_000), (before, after, seconds) => {
        const field = [...before, `s-maxage=${seconds}`, ...after, 'no-store'].join(', ')
        expect(parseCacheControl(field)).toMatchObject({ sMaxAge: seconds, noStore: true, maxAge: undefined })
      }),
      runs(300),
    )
  })
})
