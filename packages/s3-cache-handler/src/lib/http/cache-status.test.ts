import { expect, it } from 'vitest'
import { withCacheStatus } from './cache-status.ts'

it('tells of a hit how long it is fresh for', () => {
  expect(withCacheStatus(null, 's3-cache', { kind: 'hit', ttl: 17.9 })).toBe('s3-cache; hit; ttl=17')
  expect(withCacheStatus(null, 's3-cache', { kind: 'hit', ttl: -3 })).toBe('s3-cache; hit; ttl=-3')
  expect(withCacheStatus(null, 's3-cache', { kind: 'hit', ttl: Infinity })).toBe('s3-cache; hit')
})

it('tells why a request went on, what that came to, and whose answer was used', () => {
  const miss = { kind: 'forwarded', why: 'uri-miss', status: 200 } as const
  expect(withCacheStatus(null, 's3-cache', miss)).toBe('s3-cache; fwd=uri-miss; fwd-status=200')
  expect(withCacheStatus(null, 's3-cache', { ...miss, isCollapsed: true })).toBe(
    's3-cache; fwd=uri-miss; fwd-status=200; collapsed',
  )
  expect(withCacheStatus(null, 's3-cache', { ...miss, why: 'bypass', detail: 'set-cookie' })).toBe(
    's3-cache; fwd=bypass; fwd-status=200; detail=set-cookie',
  )
  expect(withCacheStatus(null, 's3-cache', { ...miss, why: 'stale', status: undefined })).toBe('s3-cache; fwd=stale')
})

it('comes after the caches that are nearer to the origin', () => {
  expect(withCacheStatus('Origin; hit', 'edge', { kind: 'hit', ttl: 1 })).toBe('Origin; hit, edge; hit; ttl=1')
})

it('quotes what is no token', () => {
  expect(withCacheStatus(null, 'my "cache", é', { kind: 'hit', ttl: 1 })).toBe('"my \\"cache\\", ?"; hit; ttl=1')
})
