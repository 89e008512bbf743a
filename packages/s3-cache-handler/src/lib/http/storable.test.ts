import { describe, expect, it } from 'vitest'
import { judgeResponse, ownRequest, type StoreRules, type StoreVerdict } from './storable.ts'

const RULES: StoreRules = {
  statuses: [200, 301],
  maxBytes: 100,
  vary: new Set(['accept-language']),
  unsaid: { ttl: 60, swr: 0, staleIfError: 0 },
}

const judge = (headers: Record<string, string> = {}, status = 200): StoreVerdict =>
  judgeResponse(new Response(null, { status, headers }), RULES)
const refused = (reason: string): StoreVerdict => ({ kind: 'refuse', reason }) as StoreVerdict
const stored = expect.objectContaining({ kind: 'store' }) as unknown

describe('a response', () => {
  it('is stored where nothing speaks against it', () => {
    expect(judge()).toEqual({ kind: 'store', lifetime: RULES.unsaid })
    expect(judge({ 'cache-control': 'public, s-maxage=5' })).toMatchObject({ lifetime: { ttl: 5 } })
    expect(judge({ location: '/b' }, 301)).toEqual(stored)
  })

  it('is not stored where it is one person’s, or says so', () => {
    expect(judge({ 'set-cookie': 'a=1' })).toEqual(refused('set-cookie'))
    expect(judge({ 'cache-control': 'private, max-age=60' })).toEqual(refused('private'))
    expect(judge({ 'cache-control': 'no-store, s-maxage=60' })).toEqual(refused('no-store'))
    expect(judge({ 'cache-control': 'no-cache' })).toEqual(refused('no-cache'))
    expect(judge({ 'cache-control': 'max-age=0' })).toEqual(refused('not-fresh'))
  })

  it('is not stored by its status, whatever it says', () => {
    expect(judge({ 'cache-control': 'public, s-maxage=60' }, 404)).toEqual(refused('status'))
    expect(judge({}, 500)).toEqual(refused('status'))
  })

  it('is not stored where it depends on what the key does not have', () => {
    expect(judge({ vary: 'Accept-Language' })).toEqual(stored)
    expect(judge({ vary: 'accept-language, Cookie' })).toEqual(refused('vary'))
    expect(judge({ vary: '*' })).toEqual(refused('vary'))
    expect(judge({ vary: 'Accept-Encoding' })).toEqual(stored)
    expect(judge({ vary: 'Accept-Encoding', 'content-encoding': 'gzip' })).toEqual(refused('vary'))
  })

  it('is not stored where it may never end, or says that it is too long', () => {
    expect(judge({ 'content-type': 'text/event-stream; charset=utf-8' })).toEqual(refused('event-stream'))
    expect(judge({ 'content-length': '101' })).toEqual(refused('too-large'))
    expect(judge({ 'content-length': '100' })).toEqual(stored)
  })
})

it('passes requests by that are one person’s, or for a part', () => {
  expect(ownRequest(new Headers({ authorization: 'Bearer x' }))).toBe('authorization')
  expect(ownRequest(new Headers({ range: 'bytes=0-1' }))).toBe('range')
  expect(ownRequest(new Headers({ cookie: 'a=1' }))).toBeUndefined()
})
