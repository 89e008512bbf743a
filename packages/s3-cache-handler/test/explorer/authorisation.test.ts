import { notFound, redirect } from 'next/navigation.js'
import { describe, expect, it, vi } from 'vitest'
import type { S3CacheOptions } from '../../src/cache.ts'
import { createExplorer, type ExplorerOptions } from '../../src/explorer.ts'
import { openExplorerBench, referenceOf, Visitor } from './explorer-bench.ts'

const bench = await openExplorerBench()
const { server, bucket } = bench
const SECRET = { kind: 'data', key: 'top-secret-key', tags: ['top-secret-tag'] } as const
await bench.put('shop/', [SECRET])

const withAuthorize = (authorize: ExplorerOptions['authorize'], options: Partial<S3CacheOptions> = {}): Visitor =>
  new Visitor(createExplorer({ authorize, cache: bench.cache('shop/', options) }))

const QUERIES = [
  '',
  '?view=entries',
  '?view=entries&tag=top-secret-tag',
  `?view=entry&object=${encodeURIComponent(referenceOf(SECRET))}`,
  `?view=preview&object=${encodeURIComponent(referenceOf(SECRET))}`,
  '?view=tags',
  '?view=tag&tag=top-secret-tag',
  '?view=instance',
  '?view=confirm&do=clear&all=yes',
  `?view=confirm&do=delete&object=${encodeURIComponent(referenceOf(SECRET))}`,
  '?view=confirm&do=revalidate&tag=top-secret-tag&mode=hard',
  '?view=no-such-view',
]
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']
const everything = QUERIES.flatMap((query) => METHODS.map((method) => ({ query, method })))

/** As the browser of somebody who has seen the page of another explorer would send it. */
const initOf = (method: string): RequestInit =>
  method === 'GET' || method === 'HEAD'
    ? { method }
    : {
        method,
        headers: { 'sec-fetch-site': 'same-origin', origin: 'https://ops.example' },
        body: new URLSearchParams({ action: 'do=clear&all=yes', token: 'x' }),
      }

const ANSWERS: readonly (readonly [what: string, answered: unknown])[] = [
  ['false', false],
  ['a promise of false', Promise.resolve(false)],
  ['nothing', undefined],
  ['what is only like true', 'yes'],
  ['a promise of an object', Promise.resolve({ ok: true })],
]

describe.each(ANSWERS)('where authorize answers %s', (_what, answered) => {
  it('no route and no method tells anything, changes anything, or asks the bucket', async () => {
    const visitor = withAuthorize(() => answered as boolean)
    server.requests.clear()
    for (const { query, method } of everything) {
      const answer = await visitor.request(query, initOf(method))
      const body = await answer.text()
      expect([answer.status, body], `${method} ${query}`).toEqual([403, 'Forbidden\n'])
      expect(JSON.stringify([...answer.headers])).not.toContain('secret')
      expect(answer.headers.get('set-cookie')).toBeNull()
      expect(answer.headers.get('cache-control')).toContain('no-store')
    }
    expect(server.requests.count()).toBe(0)
  })
})

const fail = (): never => {
  throw new Error('the directory is down')
}

describe.each([
  ['throws', fail],
  ['rejects', () => Promise.reject(new Error('the directory is down'))],
])('where authorize %s', (_what, authorize) => {
  it('every route answers 500 without a word about why, which the log of the cache tells once', async () => {
    const logged: string[] = []
    const logger = { ...console, error: (line: string) => void logged.push(line) }
    const visitor = withAuthorize(authorize, { log: 'error', logger })
    server.requests.clear()
    for (const { query, method } of everything) {
      const answer = await visitor.request(query, initOf(method))
      expect([answer.status, await answer.text()], `${method} ${query}`).toEqual([500, 'Internal server error\n'])
    }
    expect(server.requests.count()).toBe(0)
    expect(logged).toEqual([`[s3-cache-handler] The explorer's "authorize" failed: the directory is down`])
  })
})

it('tells the console why authorize failed where no cache is open, and nobody where the cache is silent', async () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {})
  expect((await withAuthorize(fail).request('')).status).toBe(500)
  expect(log).not.toHaveBeenCalled()
  expect((await createExplorer({ authorize: fail })(new Request('https://ops.example/'))).status).toBe(500)
  expect(log.mock.calls).toEqual([[expect.stringMatching(/^\[s3-cache-handler\] .*the directory is down$/)]])
  log.mockRestore()
})

it('sends a response that authorize throws as it is', async () => {
  const visitor = withAuthorize(() => {
    throw new Response(null, { status: 302, headers: { location: '/login' } })
  })
  const answer = await visitor.request('?view=tags')
  expect([answer.status, answer.headers.get('location')]).toEqual([302, '/login'])
})

it.each([
  ['redirect', () => redirect('/login')],
  ['notFound', () => notFound()],
] as const)('leaves the error of Next’s %s to Next', async (_what, leave) => {
  const [thrown] = await Promise.allSettled([Promise.resolve().then(leave)])
  expect(thrown).toMatchObject({ status: 'rejected', reason: { digest: expect.stringMatching(/^NEXT_/) } })
  const [left] = await Promise.allSettled([withAuthorize(leave).request('')])
  expect(left).toEqual(thrown)
})

it('sends a response of authorize as it is, and shows nothing', async () => {
  const headers = { 'www-authenticate': 'Basic realm="ops"' }
  const visitor = withAuthorize(() => new Response('who are you?', { status: 401, headers }))
  for (const { query, method } of everything) {
    const answer = await visitor.request(query, initOf(method))
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, headers['www-authenticate']])
    expect(await answer.text()).toBe('who are you?')
  }
})

it('is asked at every request, with the request', async () => {
  const asked: string[] = []
  const visitor = withAuthorize((request) => {
    asked.push(`${request.method} ${new URL(request.url).search}`)
    return asked.length < 3
  })
  expect((await visitor.request('?view=tags')).status).toBe(200)
  expect((await visitor.request('?view=tags', { method: 'HEAD' })).status).toBe(200)
  expect((await visitor.request('?view=tags')).status).toBe(403)
  expect(asked).toEqual(['GET ?view=tags', 'HEAD ?view=tags', 'GET ?view=tags'])
})

it('shows what it hides from others to who is let in: the control of the tests above', async () => {
  const visitor = bench.visitor('shop/')
  expect((await visitor.show('entries')).text).toContain('top-secret-key')
  expect(server.bucket(bucket)?.objects.get(`shop/v1/entries/${referenceOf(SECRET)}`)).toBeDefined()
})
