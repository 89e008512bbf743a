import { beforeAll, describe, expect, it } from 'vitest'
import { putEntries } from '../../../test/put-entry.ts'
import { openCommandBench } from '../../../test/run-command.ts'
import { forgetCaches } from '../../../test/forget-caches.ts'
import { LISTINGS, MANY, manyEntries } from '../../../test/many-entries.ts'
import { createS3Cache, type S3Cache } from '../../cache.ts'
import { createLayout } from '../keys/layout.ts'

const bench = await openCommandBench()
const { server, bucket } = bench
const PREFIX = 'shop/'
const get = (...args: string[]): ReturnType<typeof bench.run> => bench.run(PREFIX, 'get', ...args)
const told = async (...args: string[]): Promise<Record<string, unknown> | undefined> =>
  (await bench.json(PREFIX, 'get', ...args))[0]

const layout = createLayout(PREFIX)
const route = (kind: string, path: string): string => `/route-cache/${kind}/${'0'.repeat(64)}/$${path}`
const openCache = (): S3Cache => createS3Cache({ bucket, prefix: PREFIX, endpoint: server.url, log: 'silent' })
const hour = { revalidate: 3600, expire: 7200 }

beforeAll(async () => {
  const headers = { 'content-type': 'text/csv', 'x-next-cache-tags': 'stories' }
  await putEntries(server, { bucket, prefix: PREFIX }, [
    {
      kind: 'page',
      deployment: 'd1',
      key: route('APP_PAGE', '/stories/one'),
      tags: ['stories', '_N_T_/stories/one'],
      lifetime: hour,
      value: { kind: 'APP_PAGE', html: '<h1>Ünö</h1>', headers: { 'x-a': '1' }, status: 200 },
    },
    {
      kind: 'page',
      deployment: 'd2',
      key: route('APP_PAGE', '/stories/one'),
      lifetime: hour,
      lastModified: Date.now() - 4_000_000,
      value: { kind: 'APP_PAGE', html: '<h1>two</h1>', headers: {}, status: 200 },
    },
    {
      kind: 'page',
      deployment: 'd2',
      key: route('APP_ROUTE', '/feed'),
      value: { kind: 'APP_ROUTE', body: Buffer.from([0, 255, 10]), headers, status: 203 },
    },
    { kind: 'page', deployment: 'd2', key: '/gone', value: null, lastModified: Date.now() - 8_000_000, lifetime: hour },
    {
      kind: 'use-cache',
      deployment: 'd2',
      key: '["fn",[1]]',
      value: { body: Buffer.from('rows'), stale: 1, tags: [] },
    },
    {
      kind: 'fetch',
      key: 'aa',
      value: {
        kind: 'FETCH',
        data: { headers, body: Buffer.from('a,b\n').toString('base64'), status: 200, url: 'http://x/' },
      },
    },
    {
      kind: 'fetch',
      key: 'bb',
      value: { kind: 'FETCH', data: { headers: {}, body: '{"b":1}', status: 200, url: '' } },
    },
    { kind: 'data', key: 'x'.repeat(600), value: { codec: 'devalue', text: '[1]' } },
  ])
  const cache = openCache()
  await cache.set('blob', Buffer.from([1, 2, 255]), { contentType: 'image/png', ttl: null })
  await cache.set('minute', 'text', { ttl: 60 })
  await cache.set('object', { a: 1 })
  await cache.set('text', 'grüß', { tags: ['old'], ttl: null })
  await server.import(bucket, [{ key: `${layout.entries('all')}~shared/data/damaged`, body: 'no entry' }])
  forgetCaches()
})

describe('s3-cache get', () => {
  it('tells all of an entry but its body', async () => {
    expect(await told('--path', '/stories/one', '--deployment', 'd1')).toMatchObject({
      kind: 'page',
      path: '/stories/one',
      deployment: 'd1',
      state: 'fresh',
      tags: ['stories', '_N_T_/stories/one'],
      reasons: [],
      status: 200,
      headers: { 'x-a': '1' },
      contentType: 'text/html; charset=utf-8',
      bodyBytes: Buffer.byteLength('<h1>Ünö</h1>'),
    })
    const [code, table] = await get('--path', '/stories/one', '--deployment', 'd1')
    expect(code).toBe(0)
    for (const row of [
      /^path +\/stories\/one$/m,
      /^state +fresh$/m,
      /^stale +in (1h|59m \d+s) \(20.+Z\)$/m,
      /^header +x-a: 1$/m,
    ]) {
      expect(table).toMatch(row)
    }
    expect(await told('--key', 'x'.repeat(600))).toMatchObject({ key: 'x'.repeat(600), contentType: null })
  })

  it('tells why an entry is not fresh', async () => {
    expect(await told('--path', '/stories/one', '--deployment', 'd2')).toMatchObject({
      state: 'stale',
      reasons: [{ by: 'revalidate', at: expect.stringMatching(/Z$/) }],
    })
    expect(await told('--path', '/gone')).toMatchObject({ state: 'expired', reasons: [{ by: 'expire' }] })
    const damaged = `${layout.entries('all')}~shared/data/damaged`
    expect(await told('--object', damaged)).toMatchObject({ state: 'damaged', reasons: [{ by: 'damage' }] })
    await openCache().revalidateTag('old')
    forgetCaches()
    expect(await told('--key', 'text')).toMatchObject({
      state: 'expired',
      reasons: [{ by: 'invalidation', subject: 't:old', mode: 'hard' }],
    })
    expect((await get('--key', 'text'))[1]).toMatch(/^because +tag "old" was invalidated \d+s ago \(hard\)$/m)
  })

  it('prints the body as it is', async () => {
    const body = async (...args: string[]): Promise<string> => (await get(...args, '--body'))[1]
    expect(await body('--path', '/stories/one', '--deployment', 'd1')).toBe('<h1>Ünö</h1>')
    expect(await body('--kind', 'use-cache', '--key', '["fn",[1]]')).toBe('rows')
    expect(await body('--kind', 'fetch', '--key', 'aa')).toBe('a,b\n')
    expect(await body('--kind', 'fetch', '--key', 'bb')).toBe('{"b":1}')
    expect(await body('--key', 'text')).toBe('grüß')
    const written: Uint8Array[] = []
    const write = (output: string | Uint8Array): void => void written.push(Buffer.from(output))
    await bench.runWith({ write }, PREFIX, 'get', '--path', '/feed', '--body')
    expect(Buffer.concat(written)).toEqual(Buffer.from([0, 255, 10]))
  })

  it('prints the HTML of pages only', async () => {
    expect((await get('--path', '/stories/one', '--deployment', 'd2', '--html'))[1]).toBe('<h1>two</h1>')
    expect(await get('--path', '/feed', '--html')).toEqual([1, '', expect.stringContaining('its body is text/csv')])
    expect(await get('--path', '/gone', '--body')).toEqual([1, '', expect.stringContaining('has no body')])
  })

  it('prints a URL that serves what is stored as bytes, and no other', async () => {
    const [, url] = await get('--key', 'blob', '--url', '--expires', '60')
    const answer = await fetch(url.trim())
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png'])
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(Buffer.from([1, 2, 255]))
    expect(new URL(url.trim()).searchParams.get('X-Amz-Expires')).toBe('60')
    const [, short] = await get('--key', 'minute', '--url')
    expect(Number(new URL(short.trim()).searchParams.get('X-Amz-Expires'))).toBeLessThanOrEqual(60)
    expect(await get('--key', 'blob', '--url', '--expires', '604801')).toEqual([
      2,
      '',
      expect.stringContaining('604800'),
    ])
    expect(await get('--key', 'object', '--url')).toEqual([1, '', expect.stringContaining('format of its own')])
    expect(await get('--key', 'text', '--url')).toEqual([1, '', expect.stringContaining('the entry is expired')])
  })

  it('names the candidates where several are meant', async () => {
    const [code, out, err] = await get('--path', '/stories/one')
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain('2 entries match: narrow by --deployment or --kind, or give --object')
    const [, object = ''] = /--object '([^']+)'/.exec(err) ?? []
    expect(await told('--object', object)).toMatchObject({ path: '/stories/one', deployment: 'd1' })
  })

  it('refuses what names no entry', async () => {
    expect(await get()).toEqual([2, '', expect.stringContaining('which? Give one of --path, --key and --object')])
    expect(await get('--key', 'a', '--object', 'b')).toEqual([2, '', expect.stringContaining('which?')])
    expect(await get('--key', 'nothing')).toEqual([1, '', expect.stringContaining('no such entry')])
    expect(await get('--object', 'foreign')).toEqual([
      2,
      '',
      expect.stringContaining('must begin with "shop/v1/entries/"'),
    ])
    const absent = layout.entry('data', { kind: 'shared' }, 'absent')
    expect(await get('--object', absent)).toEqual([1, '', expect.stringContaining('no entry is there')])
    expect(await get('--key', 'a', '--body', '--json')).toEqual([2, '', expect.stringContaining('exclude each other')])
    expect(await get('--key', 'a', '--expires', '60')).toEqual([2, '', expect.stringContaining('needs "--url"')])
  })
})

it(`finds one of ${MANY} entries by as many listings as they have thousands, and by one where its kind is data`, async () => {
  await putEntries(server, { bucket, prefix: 'many/' }, manyEntries())
  const countOf = async (...args: string[]): Promise<number> => {
    server.requests.clear()
    expect(await bench.json('many/', 'get', '--key', `k${MANY - 1}`, ...args)).toHaveLength(1)
    return server.requests.count({ operation: 'ListObjectsV2', keyPrefix: 'many/v1/entries/' })
  }
  expect([await countOf(), await countOf('--kind', 'data')]).toEqual([LISTINGS, 1])
})
