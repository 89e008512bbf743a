import { describe, expect, it } from 'vitest'
import { etagOf, isNotModified, notModifiedHeaders } from './conditional.ts'

const isUnchanged = (request: Record<string, string>, response: Record<string, string>): boolean =>
  isNotModified(new Headers(request), new Headers(response))

describe('a conditional request', () => {
  it('is answered with 304 where it names the ETag, weakly compared, alone or among others', () => {
    expect(isUnchanged({ 'if-none-match': 'W/"a"' }, { etag: '"a"' })).toBe(true)
    expect(isUnchanged({ 'if-none-match': '"x", "a, b" , W/"a"' }, { etag: 'W/"a"' })).toBe(true)
    expect(isUnchanged({ 'if-none-match': '"a, b"' }, { etag: '"a, b"' })).toBe(true)
    expect(isUnchanged({ 'if-none-match': '*' }, { etag: '"a"' })).toBe(true)
    expect(isUnchanged({ 'if-none-match': '"b"' }, { etag: '"a"' })).toBe(false)
    expect(isUnchanged({ 'if-none-match': '"a"' }, {})).toBe(false)
    expect(isUnchanged({ 'if-none-match': '*' }, {})).toBe(false)
  })

  it('is answered by the date only where no ETag is named', () => {
    const [early, late] = ['Mon, 30 Nov 2026 10:00:00 GMT', 'Mon, 30 Nov 2026 10:00:01 GMT']
    expect(isUnchanged({ 'if-modified-since': late }, { 'last-modified': early })).toBe(true)
    expect(isUnchanged({ 'if-modified-since': early }, { 'last-modified': late })).toBe(false)
    expect(isUnchanged({ 'if-modified-since': late, 'if-none-match': '"b"' }, { 'last-modified': early })).toBe(false)
    expect(isUnchanged({ 'if-modified-since': 'yesterday' }, { 'last-modified': early })).toBe(false)
    expect(isUnchanged({ 'if-modified-since': late }, {})).toBe(false)
    expect(isUnchanged({}, { etag: '"a"', 'last-modified': early })).toBe(false)
  })

  it('is told all but what is of the content', () => {
    const headers = new Headers({
      'cache-control': 'max-age=0',
      'content-length': '5',
      'content-location': '/a',
      'content-security-policy': "default-src 'self'",
      'content-type': 'text/html',
      etag: '"a"',
      'last-modified': 'x',
      vary: 'accept',
    })
    expect([...notModifiedHeaders(headers).keys()]).toEqual([
      'cache-control',
      'content-location',
      'content-security-policy',
      'etag',
      'vary',
    ])
  })
})

it('has an ETag that is the same for the same bytes alone', () => {
  expect(etagOf(Buffer.from('a'))).toBe(etagOf(Buffer.from('a')))
  expect(etagOf(Buffer.from('a'))).not.toBe(etagOf(Buffer.from('b')))
  expect(etagOf(Buffer.alloc(0))).toMatch(/^W\/"[\w-]{22}"$/)
})
