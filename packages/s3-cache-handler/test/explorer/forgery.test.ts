import { beforeEach, describe, expect, it } from 'vitest'
import { createExplorer } from '../../src/explorer.ts'
import { openExplorerBench, shown, Visitor } from './explorer-bench.ts'

const bench = await openExplorerBench()
const { server, bucket } = bench
const ENTRIES = [
  { kind: 'data', key: 'a', tags: ['t'] },
  { kind: 'data', key: 'b' },
] as const

let prefix = ''
let count = 0
beforeEach(async () => {
  prefix = `p${++count}/`
  await bench.put(prefix, ENTRIES)
})

const CLEAR = { do: 'clear', all: 'yes' } as const
const objects = (): number => server.bucket(bucket)?.objects.size ?? 0
const HTTPS = 'https://ops.example/explorer'
const PLAIN = 'http://ops.internal:3000/explorer'
const visitorAt = (url: string): Visitor =>
  new Visitor(createExplorer({ authorize: () => true, cache: bench.cache(prefix) }), url)

describe('a form that another site sends', () => {
  it.each([
    ['from another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['from a neighbour on the same domain', { 'sec-fetch-site': 'same-site', origin: 'https://other.ops.example' }],
    ['from no page at all', { 'sec-fetch-site': 'none' }],
    ['whose browser says nothing of the site, from another origin', { origin: 'https://evil.example' }],
    ['from a sandbox', { origin: 'null' }],
    ['from another port', { origin: 'https://ops.example:8443' }],
    ['from nobody says where', {}],
    ['from a page of ours on another site', { 'sec-fetch-site': 'cross-site', origin: 'https://ops.example' }],
  ])('%s does nothing, not even with cookie and token', async (_what, headers) => {
    const visitor = visitorAt(HTTPS)
    const page = await visitor.show('confirm', CLEAR)
    const left = objects()
    const answer = await shown(await visitor.submit(page, {}, headers))
    expect([answer.status, answer.text]).toEqual([403, expect.stringContaining('Not done')])
    expect(objects()).toBe(left)
    // The control: the same form from ours.
    expect((await visitor.submit(page)).status).toBe(303)
    expect(objects()).toBeLessThan(left)
  })

  it('on plain HTTP is told by its origin, by the port, too', async () => {
    const visitor = visitorAt(PLAIN)
    const page = await visitor.show('confirm', CLEAR)
    for (const origin of ['http://evil.internal', 'http://ops.internal', 'http://ops.internal:3001']) {
      expect((await visitor.submit(page, {}, { origin, host: 'ops.internal:3000' })).status).toBe(403)
    }
    const own = { origin: 'http://ops.internal:3000', host: 'ops.internal:3000' }
    expect((await visitor.submit(page, {}, own)).status).toBe(303)
  })

  it('is told from ours behind a proxy that ends TLS and names itself', async () => {
    const visitor = visitorAt('http://10.0.0.7:3000/explorer')
    const proxied = { host: '10.0.0.7:3000', 'x-forwarded-host': 'ops.example', 'x-forwarded-proto': 'https' }
    const page = await shown(
      await visitor.request(`?${new URLSearchParams({ view: 'confirm', ...CLEAR })}`, { headers: proxied }),
    )
    expect((await visitor.submit(page, {}, { ...proxied, origin: 'https://evil.example' })).status).toBe(403)
    expect((await visitor.submit(page, {}, { ...proxied, origin: 'https://ops.example' })).status).toBe(303)
  })
})

describe('a form without the token of its own page', () => {
  const attempts: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['none', { token: '' }],
    ['a wrong one', { token: 'x'.repeat(43) }],
    ['one that is too long', { token: 'x'.repeat(10_000) }],
    ['one of another action', { action: 'do=revalidate&tag=t&mode=hard' }],
    ['one of a narrower action', { action: 'do=clear&kind=data' }],
    ['no action', { action: '' }],
  ]
  it.each(attempts)('%s: does nothing', async (_what, fields) => {
    const visitor = visitorAt(HTTPS)
    const page = await visitor.show('confirm', CLEAR)
    const left = objects()
    expect((await visitor.submit(page, fields)).status).toBe(403)
    expect(objects()).toBe(left)
  })

  it('of another browser: does nothing, and each browser has a cookie of its own', async () => {
    const [one, other] = [visitorAt(HTTPS), visitorAt(HTTPS)]
    const page = await one.show('confirm', CLEAR)
    await other.show('confirm', CLEAR)
    const left = objects()
    expect((await other.submit(page)).status).toBe(403)
    expect((await visitorAt(HTTPS).submit(page)).status).toBe(403)
    expect(objects()).toBe(left)
  })

  it('of a page whose text says more than its token: does only what was confirmed', async () => {
    const visitor = visitorAt(HTTPS)
    const page = await visitor.show('confirm', { do: 'clear', 'key-prefix': 'a' })
    expect((await visitor.submit(page, { do: 'clear', all: 'yes', 'key-prefix': '' })).status).toBe(303)
    const rows = (await visitor.show('entries')).find('th', { scope: 'row' })
    expect(rows.map(({ inside: [name] }) => name?.text)).toEqual(['b'])
  })

  it('in another form than a browser sends it: does nothing', async () => {
    const visitor = visitorAt(HTTPS)
    const page = await visitor.show('confirm', CLEAR)
    const json = { 'content-type': 'text/plain' }
    const left = objects()
    const headers = { origin: 'https://ops.example', 'sec-fetch-site': 'same-origin', ...json }
    expect((await visitor.submit(page, {}, headers)).status).toBe(403)
    expect((await visitor.submit(page, { more: 'x'.repeat(70_000) })).status).toBe(403)
    expect(objects()).toBe(left)
  })
})

describe('a body that is no form', () => {
  const post = async (body: BodyInit): Promise<number> => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' }
    const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit
    return (await visitorAt(HTTPS).request('?view=confirm', init)).status
  }

  it('is not read beyond the longest form, whether it ends or not', async () => {
    let pulled = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++
        controller.enqueue(Buffer.alloc(1024, 'x'))
      },
    })
    expect(await post(endless)).toBe(403)
    expect(pulled).toBeLessThan(100)
  })

  it('is none of ours where it breaks off, or somebody else reads it', async () => {
    const broken = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error('reset')) })
    expect(await post(broken)).toBe(403)
    const reading = createExplorer({
      authorize: ({ body }) => body?.getReader() !== undefined,
      cache: bench.cache(prefix),
    })
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' }
    const read = new Request(`${HTTPS}?view=confirm`, { method: 'POST', headers, body: 'action=x' })
    expect((await reading(read)).status).toBe(403)
    expect(await post(new URLSearchParams())).toBe(403)
  })
})

it('takes a form that another instance has made, behind the same load balancer', async () => {
  const [one, other] = [1, 2].map(() => createExplorer({ authorize: () => true, cache: bench.cache(prefix) }))
  let requests = 0
  const visitor = new Visitor((request) => (requests++ % 2 === 0 ? one : other)?.(request) ?? expect.fail(), HTTPS)
  expect((await visitor.confirm({ do: 'revalidate', tag: 't', mode: 'hard' })).text).toContain('Revalidated tag “t”')
})

it('gives its cookie to pages of its own host alone, with a form, and once', async () => {
  const cookieOf = async (url: string, headers: Record<string, string> = {}): Promise<string | null> => {
    const query = `?${new URLSearchParams({ view: 'confirm', ...CLEAR }).toString()}`
    return (await visitorAt(url).request(query, { headers })).headers.get('set-cookie')
  }
  expect(await cookieOf(HTTPS)).toMatch(/^__Host-s3-cache-explorer=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/)
  expect(await cookieOf(PLAIN)).toMatch(/^s3-cache-explorer=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/)
  expect(await cookieOf(PLAIN, { 'x-forwarded-proto': 'https' })).toMatch(/^__Host-/)
  expect(await cookieOf(HTTPS, { cookie: '__Host-s3-cache-explorer=chosen' })).toMatch(/^__Host-/)
  const visitor = visitorAt(HTTPS)
  expect((await visitor.request('?view=entries')).headers.get('set-cookie')).toBeNull()
  await visitor.show('confirm', CLEAR)
  expect((await visitor.show('confirm', CLEAR)).headers.get('set-cookie')).toBeNull()
})

it('changes nothing by a GET, whatever it asks for', async () => {
  const visitor = visitorAt(HTTPS)
  const left = objects()
  const { body } = await visitor.show('confirm', CLEAR)
  const [, token = ''] = /name="token" value="([^"]+)"/.exec(body) ?? []
  await visitor.show('confirm', { ...CLEAR, action: 'do=clear&all=yes', token })
  expect((await visitor.request('?view=confirm&do=clear&all=yes', { method: 'HEAD' })).status).toBe(200)
  expect(objects()).toBe(left)
})

it('tells of nothing done that it has not done', async () => {
  const visitor = visitorAt(HTTPS)
  const done = await visitor.submit(await visitor.show('confirm', { do: 'revalidate', tag: 't', mode: 'soft' }))
  const location = done.headers.get('location') ?? ''
  expect((await visitor.follow(location)).find('p', { role: 'status' })).toHaveLength(1)
  const forged = location.replace('Revalidated', 'Approved')
  expect(forged).not.toBe(location)
  expect((await visitor.follow(forged)).find('p', { role: 'status' })).toEqual([])
  expect((await visitorAt(HTTPS).follow(location)).find('p', { role: 'status' })).toEqual([])
  expect((await visitor.show('entries', { done: '<b>Pay</b>', proof: 'x' })).body).not.toContain('Pay')
})
