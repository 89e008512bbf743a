import { describe, expect, it } from 'vitest'
import type { ResponseKind, ShownUrl } from '../http/framework.ts'
import { reactRouterRules } from './react-router-rules.ts'

const kindOf = (path: string, shown: ShownUrl, headers: Record<string, string> = {}): ResponseKind | undefined => {
  const request = new Request(new URL(path, 'http://shop.test'), { headers })
  return reactRouterRules.kindOf(request, new URL(request.url), shown)
}
const NAVIGATION = { 'sec-fetch-dest': 'document', accept: 'text/html' }
const FETCH = { 'sec-fetch-dest': 'empty', accept: '*/*' }

describe('what a request is for', () => {
  it('is told by a URL that is shown as it came', () => {
    expect(kindOf('/blog.data', 'raw', FETCH)).toBe('data')
    expect(kindOf('/_root.data?_routes=root', 'raw', FETCH)).toBe('data')
    expect(kindOf('/blog/_.data', 'raw', FETCH)).toBe('data')
    expect(kindOf('/blog?_data=routes%2Fblog', 'raw', FETCH)).toBe('data')
    expect(kindOf('/blog.data', 'raw', NAVIGATION)).toBe('data')
    expect(kindOf('/blog', 'raw', NAVIGATION)).toBe('document')
    expect(kindOf('/blog', 'raw')).toBe('document')
    expect(kindOf('/api/prices', 'raw', FETCH)).toBe('resource')
    expect(kindOf('/api/prices', 'raw', { accept: 'application/json' })).toBe('resource')
  })

  it('is not told by a URL that may have lost its .data, but where a browser navigates or what is left of it shows', () => {
    expect(kindOf('/blog', 'stripped', NAVIGATION)).toBe('document')
    expect(kindOf('/blog', 'stripped', FETCH)).toBeUndefined()
    expect(kindOf('/blog', 'stripped')).toBeUndefined()
    expect(kindOf('/blog', 'stripped', { 'sec-fetch-dest': 'iframe' })).toBeUndefined()
    expect(kindOf('/blog?_routes=root', 'stripped', FETCH)).toBe('data')
    expect(kindOf('/blog?_routes=root', 'stripped', NAVIGATION)).toBe('document')
  })

  it('is proved wrong by its response', () => {
    const isOther = (kind: ResponseKind | undefined, headers: Record<string, string>): boolean =>
      reactRouterRules.isOtherKind(kind, new Response(null, { headers }))
    const data = { 'x-remix-response': 'yes', 'content-type': 'text/x-script' }
    const html = { 'content-type': 'text/html; charset=utf-8' }
    expect([isOther('document', data), isOther('resource', data), isOther(undefined, data)]).toEqual([true, true, true])
    expect([isOther('document', html), isOther('resource', html), isOther(undefined, html)]).toEqual([
      false,
      false,
      false,
    ])
    expect([isOther('data', html), isOther('data', data), isOther('data', {})]).toEqual([true, false, true])
    expect(reactRouterRules.isOtherKind('data', Response.redirect('http://shop.test/b', 301))).toBe(false)
  })
})

describe('the page of a URL', () => {
  const pageOf = (path: string): string => {
    const { pathname, search } = reactRouterRules.pageOf(new URL(path, 'http://shop.test'))
    return pathname + search
  }

  it('is one for its document and its data, in each way that they are asked for', () => {
    const ways = [
      '/blog',
      '/blog/',
      '/blog.data',
      '/blog/_.data',
      '/blog.data?_routes=a,b',
      '/blog?_data=x',
      '/blog?index',
    ]
    expect(new Set(ways.map(pageOf))).toEqual(new Set(['/blog']))
    expect(new Set(['/', '/_root.data', '/_.data', '/?index'].map(pageOf))).toEqual(new Set(['/']))
    expect(new Set(['/app', '/app/', '/app/_root.data', '/app.data'].map(pageOf))).toEqual(new Set(['/app']))
    expect(pageOf('/blog.data?page=2&_routes=a')).toBe('/blog?page=2')
  })

  it('is another one for another page', () => {
    const others = ['/', '/blog', '/blog/a', '/blog?page=2', '/blogdata', '/data', '/root.data']
    expect(new Set(others.map(pageOf)).size).toBe(others.length)
  })
})

it('leaves the manifest to the framework', () => {
  const isOwn = (path: string): boolean => reactRouterRules.isOwnPath(new URL(path, 'http://shop.test'))
  expect(['/__manifest?paths=/a', '/app/__manifest', '/a', '/__manifest/a'].map(isOwn)).toEqual([
    true,
    true,
    false,
    false,
  ])
})
