import { beforeAll, describe, expect, it } from 'vitest'
import { LISTINGS, MANY, manyEntries } from '../../../test/many-entries.ts'
import { putEntries, type TestEntry } from '../../../test/put-entry.ts'
import { forgetCaches } from '../../../test/forget-caches.ts'
import { openCommandBench } from '../../../test/run-command.ts'
import { createS3Cache } from '../../cache.ts'
import { headerSafe } from '../header-safe.ts'

const bench = await openCommandBench()
const { server, bucket } = bench
const run = (prefix: string, ...args: string[]): ReturnType<typeof bench.run> => bench.run(prefix, 'ls', ...args)
const listed = (prefix: string, ...args: string[]): ReturnType<typeof bench.json> => bench.json(prefix, 'ls', ...args)
const keysOf = async (prefix: string, ...args: string[]): Promise<unknown[]> =>
  (await listed(prefix, ...args)).map(({ path, key }) => path ?? key)

const HOUR_SECONDS = 3600
const route = (path: string): string => `/route-cache/APP_PAGE/${'0'.repeat(64)}/$${path}`
const PLACE = { bucket, prefix: 'shop/' }
const made = (agoSeconds: number): Pick<TestEntry & { lastModified: number }, 'lastModified'> => ({
  lastModified: Date.now() - agoSeconds * 1000,
})
const lifetime = { revalidate: HOUR_SECONDS, expire: 2 * HOUR_SECONDS }

beforeAll(async () => {
  await putEntries(server, PLACE, [
    { kind: 'page', deployment: 'd1', key: route('/stories/one'), tags: ['stories', '_N_T_/stories'], lifetime },
    { kind: 'page', deployment: 'd2', key: route('/stories/two'), lifetime, ...made(1.5 * HOUR_SECONDS) },
    { kind: 'page', deployment: 'd2', key: '/about', lifetime, ...made(3 * HOUR_SECONDS) },
    { kind: 'use-cache', deployment: 'd2', key: '["fn",[1]]', tags: ['stories'] },
    { kind: 'fetch', key: 'f'.repeat(600), tags: [headerSafe('Umlaut ü, komma')] },
    { kind: 'data', key: 'user:1' },
    { kind: 'data', key: 'users' },
  ])
  await server.import(bucket, [
    { key: 'shop/v1/entries/~shared/data/damaged', body: 'no entry' },
    { key: 'shop/v1/entries/~shared/unknown/x' },
    { key: 'shop2/v1/entries/~shared/data/other' },
    { key: 'shop/v1/index/stories/d1/page/gone' },
  ])
})

describe('s3-cache ls', () => {
  it('lists all entries of the prefix, and nothing else', async () => {
    expect(new Set(await keysOf('shop/'))).toEqual(
      new Set(['/stories/one', '/stories/two', '/about', '["fn",[1]]', null, 'user:1', 'users', 'damaged']),
    )
    expect(await keysOf('empty/')).toEqual([])
  })

  it('tells what the listing says, without a request for any entry', async () => {
    server.requests.clear()
    const [one] = await listed('shop/', '--path', '/stories/one')
    expect(one).toEqual({
      kind: 'page',
      deployment: 'd1',
      key: route('/stories/one'),
      path: '/stories/one',
      objectKey: expect.stringMatching(/^shop\/v1\/entries\/d1\/page\//),
      size: expect.any(Number),
      storedAt: expect.stringMatching(/^20\d\d-.+Z$/),
    })
    expect([server.requests.count(), server.requests.count({ operation: 'ListObjectsV2' })]).toEqual([1, 1])
  })

  it('lists by kind, deployment, key and path', async () => {
    expect(await keysOf('shop/', '--kind', 'data', '--key-prefix', 'user:')).toEqual(['user:1'])
    expect(await keysOf('shop/', '--kind', 'data,use-cache', '--key-prefix', 'user')).toEqual(['user:1', 'users'])
    expect(await keysOf('shop/', '--deployment', 'd2', '--kind', 'page')).toEqual(['/about', '/stories/two'])
    expect(await keysOf('shop/', '--deployment', '~shared', '--kind', 'fetch')).toEqual([null])
    expect(await keysOf('shop/', '--path-prefix', '/stories/')).toEqual(['/stories/one', '/stories/two'])
    expect(await keysOf('shop/', '--path', '/about/')).toEqual(['/about'])
    expect(await keysOf('shop/', '--path', '/abou')).toEqual([])
  })

  it('lists by tag and by state, as a reader would judge them now', async () => {
    expect(await keysOf('shop/', '--tag', 'stories')).toEqual(['/stories/one', '["fn",[1]]'])
    expect(await keysOf('shop/', '--tag', 'Umlaut ü, komma')).toEqual(['f'.repeat(600)])
    expect(await keysOf('shop/', '--state', 'stale')).toEqual(['/stories/two'])
    expect(await keysOf('shop/', '--state', 'expired')).toEqual(['/about'])
    expect(await keysOf('shop/', '--state', 'damaged')).toEqual(['damaged'])
    const options = { bucket, prefix: 'shop/', endpoint: server.url, log: 'silent' } as const
    await createS3Cache(options).revalidateTag('stories')
    forgetCaches()
    expect(await keysOf('shop/', '--state', 'expired')).toEqual(['/stories/one', '/about', '["fn",[1]]'])
  })

  it('tells times and tags of what it reads', async () => {
    const [two] = await listed('shop/', '--long', '--path', '/stories/two')
    const madeAt = Date.parse(String(two?.['madeAt']))
    expect(two).toMatchObject({
      state: 'stale',
      tags: [],
      staleAt: new Date(madeAt + HOUR_SECONDS * 1000).toISOString(),
      expiresAt: new Date(madeAt + 2 * HOUR_SECONDS * 1000).toISOString(),
    })
    expect(await listed('shop/', '--long', '--key-prefix', 'users')).toMatchObject([{ staleAt: null, expiresAt: null }])
  })

  it('prints tables for people, without what would steer a terminal', async () => {
    await putEntries(server, { bucket, prefix: 'people/' }, [
      { kind: 'data', key: 'evil\u001b[2J\u202e', tags: ['a', '_N_T_/b'], lifetime, ...made(HOUR_SECONDS + 60) },
    ])
    const [, short] = await run('people/')
    expect(short).toMatch(
      /^KIND +SIZE +STORED +DEPLOYMENT +KEY\ndata +\d+ B +\ds ago +\(shared\) +evil\\u\{1b\}\[2J\\u\{202e\}\n$/,
    )
    const [, long] = await run('people/', '--long')
    expect(long).toMatch(
      /^stale +1m \d*s? ?ago +in 58m 5\ds +data .* \[a\]\n$|^stale +1m ago +in 59m +data .* \[a\]\n$/m,
    )
  })

  it('refuses what cannot be meant', async () => {
    expect(await run('', '--kind', 'pages')).toEqual([
      2,
      '',
      expect.stringContaining('"--kind" must be of page, fetch'),
    ])
    expect(await run('', '--state', 'old')).toEqual([2, '', expect.stringContaining('"--state" must be one of')])
    expect(await run('', '--path', 'about')).toEqual([2, '', expect.stringContaining('begins with "/"')])
    expect(await run('', '--path', '/a', '--path-prefix', '/b')).toEqual([2, '', expect.stringContaining('exclude')])
  })

  it('fails where the bucket does, and says so', async () => {
    const [code, , err] = await run('shop/', '--bucket', 'nowhere')
    expect([code, err]).toEqual([1, expect.stringContaining('NoSuchBucket')])
  })

  it('waits for a slow bucket for longer than a page does', async () => {
    const slow = server.faults.add({ fault: { kind: 'latency', ms: 100 } })
    const [code, , err] = await bench.runWith({ env: { CACHE_TIMEOUT_MS: '1' } }, 'shop/', 'ls')
    server.faults.remove(slow.id)
    expect([code, err]).toEqual([0, ''])
  })
})

it(`lists ${MANY} entries by as many requests as they have thousands`, async () => {
  await putEntries(server, { bucket, prefix: 'many/' }, manyEntries())
  server.requests.clear()
  expect(await keysOf('many/')).toHaveLength(MANY)
  expect([server.requests.count(), server.requests.count({ operation: 'ListObjectsV2' })]).toEqual([LISTINGS, LISTINGS])
})

it(`lists those of a tag among ${MANY} without looking at others`, async () => {
  const tags = (index: number): string[] => (index % 1000 === 0 ? ['rare'] : ['common'])
  await putEntries(
    server,
    { bucket, prefix: 'tagged/' },
    manyEntries((index) => ({ tags: tags(index) })),
  )
  server.requests.clear()
  expect(await keysOf('tagged/', '--tag', 'rare')).toHaveLength(LISTINGS)
  expect(server.requests.count({ operation: 'ListObjectsV2', keyPrefix: 'tagged/v1/entries/' })).toBe(0)
  expect(server.requests.count({ operation: 'ListObjectsV2', keyPrefix: 'tagged/v1/index/' })).toBe(1)
})
