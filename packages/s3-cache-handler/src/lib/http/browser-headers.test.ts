import { expect, it } from 'vitest'
import { revalidatedByBrowsers } from './browser-headers.ts'

function revalidated(headers: Record<string, string>): Headers {
  const changed = new Headers(headers)
  revalidatedByBrowsers(changed, 'public')
  return changed
}

it('has browsers ask before each use, whatever time they were given', () => {
  const changed = revalidated({
    'cache-control': 'public, max-age=600, s-maxage=300',
    expires: 'Mon, 30 Nov 2026 10:00:00 GMT',
  })
  expect([...changed]).toEqual([['cache-control', 'public, max-age=0, must-revalidate']])
  expect(revalidated({}).get('cache-control')).toBe('public, max-age=0, must-revalidate')
})

it('leaves it to what is not stored to say whose it is', () => {
  const said = (field: string): string | null => {
    const headers = new Headers({ 'cache-control': field })
    revalidatedByBrowsers(headers, 'said')
    return headers.get('cache-control')
  }
  expect(said('public, max-age=60')).toBe('public, max-age=0, must-revalidate')
  expect(said('max-age=60')).toBe('private, max-age=0, must-revalidate')
})

it('leaves alone what nobody may keep, what one person may, what never changes, and what is for a CDN', () => {
  const kept = (field: string): string | null => revalidated({ 'cache-control': field }).get('cache-control')
  for (const field of ['no-store', 'private, max-age=60', 'public, max-age=31536000, immutable']) {
    expect(kept(field)).toBe(field)
  }
  const cdn = revalidated({ 'cache-control': 'max-age=5', 'cdn-cache-control': 'max-age=60' })
  expect(cdn.get('cdn-cache-control')).toBe('max-age=60')
})
