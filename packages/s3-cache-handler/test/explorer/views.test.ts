import { channel } from 'node:diagnostics_channel'
import { describe, expect, it, vi } from 'vitest'
import { createS3Cache, fsStore, memoryStore } from '../../src/cache.ts'
import { createExplorer } from '../../src/explorer.ts'
import { createResponseCache } from '../../src/http.ts'
import { closeCaches, createCacheHandler } from '../../src/index.ts'
import { type CacheEvent, EVENT_CHANNEL } from '../../src/lib/cache-events.ts'
import { newFolder } from '../new-folder.ts'
import type { TestEntry } from '../put-entry.ts'
import { openExplorerBench, pageKey, referenceOf, type Shown, Visitor } from './explorer-bench.ts'

const bench = await openExplorerBench()
const { server, bucket } = bench

const HOUR = 3600
const lifetime = { revalidate: HOUR, expire: 2 * HOUR }
const made = (agoSeconds: number): Pick<TestEntry, 'lifetime'> & { lastModified: number } => ({
  lifetime,
  lastModified: Date.now() - agoSeconds * 1000,
})
const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')

const FRESH: TestEntry = {
  kind: 'page',
  deployment: 'd1',
  key: pageKey('/stories/one'),
  tags: ['stories', '_N_T_/stories/one'],
  value: { kind: 'APP_PAGE', html: '<h1>One</h1>', headers: { 'x-powered-by': 'wind' }, status: 203 },
  lifetime,
}
const STALE: TestEntry = { kind: 'page', deployment: 'd2', key: '/about', ...made(1.5 * HOUR) }
const EXPIRED: TestEntry = { kind: 'fetch', key: 'aa', ...made(3 * HOUR) }
const DATA: TestEntry = {
  kind: 'data',
  key: 'user:1',
  tags: ['users'],
  value: { codec: 'string', text: '{"name":"<Ann>"}' },
}
const IMAGE: TestEntry = { kind: 'image', key: 'photo', value: { raw: png, contentType: 'image/png' } }
const USE_CACHE: TestEntry = {
  kind: 'use-cache',
  deployment: 'd2',
  key: '["fn",[1]]',
  value: { body: Buffer.from([0, 255]), stale: 1, tags: [] },
}
const REDIRECT: TestEntry = { kind: 'page', deployment: 'd2', key: '/gone', value: { kind: 'REDIRECT', props: {} } }
const LONG: TestEntry = { kind: 'data', key: `long-${'k'.repeat(2000)}-end`, tags: [] }
const DAMAGED = { kind: 'data', key: 'damaged' } as const
await bench.put('shop/', [FRESH, STALE, EXPIRED, DATA, IMAGE, USE_CACHE, REDIRECT, LONG])
await server.import(bucket, [{ key: `shop/v1/entries/${referenceOf(DAMAGED)}`, body: 'no entry' }])

const rowsOf = (page: Shown): string[] =>
  page.find('tr').flatMap(({ inside }) => {
    const [state, name] = inside
    return name?.tag === 'th' && state?.tag === 'td' ? [`${state.text} ${name.inside[0]?.text}`] : []
  })
const entryPage = (entry: Pick<TestEntry, 'kind' | 'key' | 'deployment'>): Promise<Shown> =>
  bench.visitor('shop/').show('entry', { object: referenceOf(entry) })

describe('the list of entries', () => {
  const list = async (params: Record<string, string> = {}): Promise<string[]> =>
    rowsOf(await bench.visitor('shop/').show('entries', params))

  it('shows all of them with their states', async () => {
    expect(new Set(await list())).toEqual(
      new Set([
        'fresh /stories/one',
        'stale /about',
        'expired aa',
        'fresh user:1',
        'fresh photo',
        'fresh ["fn",[1]]',
        'fresh /gone',
        `fresh long-${'k'.repeat(295)}…`,
        'damaged damaged',
      ]),
    )
  })

  it.each([
    [{ 'path-prefix': '/stories' }, ['fresh /stories/one']],
    [{ path: '/about' }, ['stale /about']],
    [{ 'key-prefix': 'user:' }, ['fresh user:1']],
    [{ key: 'aa' }, ['expired aa']],
    [{ tag: 'stories' }, ['fresh /stories/one']],
    [{ kind: 'image' }, ['fresh photo']],
    [{ deployment: 'd1' }, ['fresh /stories/one']],
    [{ deployment: '~shared', state: 'damaged' }, ['damaged damaged']],
    [{ state: 'stale' }, ['stale /about']],
    [{ state: 'expired', kind: 'fetch' }, ['expired aa']],
    [{ tag: 'stories', state: 'stale' }, []],
    [{ 'path-prefix': '/none' }, []],
  ])('%j finds those', async (params: Record<string, string>, rows) => {
    expect(await list(params)).toEqual(rows)
  })

  it('keeps what was asked for in its form, and says what is wrong with it there', async () => {
    const page = await bench
      .visitor('shop/')
      .show('entries', { 'path-prefix': 'stories', kind: 'page', state: 'stale' })
    expect(page.status).toBe(400)
    expect(page.find('p', { role: 'alert' }).map(({ text }) => text)).toEqual([
      '“Path begins with” must be a path that begins with "/", got "stories"',
    ])
    expect(page.find('input', { name: 'path-prefix' })).toMatchObject([{ attributes: { value: 'stories' } }])
    expect(page.find('option', { selected: '' }).map(({ text }) => text)).toEqual(['page', 'stale'])
  })

  it('leads to each entry, and each entry says the same', async () => {
    const visitor = bench.visitor('shop/')
    const page = await visitor.show('entries')
    const links = page
      .find('a')
      .flatMap(({ attributes: { href = '' } }) => (href.includes('view=entry&') ? [href] : []))
    expect(links).toHaveLength(9)
    for (const link of links) {
      const entry = await visitor.follow(link)
      expect([entry.status, entry.find('h1').length]).toEqual([200, 1])
    }
  })
})

describe('the page of an entry', () => {
  it('tells times, headers, tags, sizes, and shows the body in a sandbox', async () => {
    const page = await entryPage(FRESH)
    for (const says of [
      '/stories/one',
      'page',
      'd1',
      'Fresh',
      'stories',
      '_N_T_/stories/one',
      'Response 203',
      'x-powered-by',
      'wind',
      'shop/v1/entries/d1/page/',
    ]) {
      expect(page.text).toContain(says)
    }
    const times = page.find('time').map(({ attributes }) => attributes['datetime'] ?? '')
    expect(times.every((time) => /^20\d\d-\d\d-\d\dT[\d:.]+Z$/.test(time))).toBe(true)
    const [frame] = page.find('iframe')
    expect(frame?.attributes).toMatchObject({ sandbox: '', title: 'Preview of /stories/one' })
    expect((await bench.visitor('shop/').follow(frame?.attributes['src'] ?? '')).body).toBe('<h1>One</h1>')
    expect(page.find('pre').map(({ text }) => text)).toEqual(['<h1>One</h1>'])
  })

  it('puts its times on a line, in their order', async () => {
    const points = async (entry: TestEntry): Promise<(string | undefined)[]> =>
      (await entryPage(entry))
        .find('li')
        .flatMap(({ inside: [first] }) => (first?.tag === 'strong' ? [first.text] : []))
    expect(await points(FRESH)).toEqual(['Rendered', 'Stored', 'Now', 'Stale by its age', 'Gone by its age'])
    expect(await points(STALE)).toEqual(['Rendered', 'Stale by its age', 'Stored', 'Now', 'Gone by its age'])
    expect(await points(EXPIRED)).toEqual(['Made', 'Stale by its age', 'Gone by its age', 'Stored', 'Now'])
    expect(await points(DATA)).toEqual(['Made', 'Stored', 'Now'])
  })

  it('tells which event of which tag has taken it, and what its render knew', async () => {
    await bench.put('events/', [{ ...FRESH, tags: ['old', 'new', 'never'] }])
    const other = bench.cache('events/')
    await other.revalidateTag('new', { mode: 'stale' })
    const object = referenceOf(FRESH)
    const stale = await bench.visitor('events/').show('entry', { object })
    expect(stale.text).toMatch(/Why it is stale\s+tag "new" was invalidated \d+s ago \(soft\)\s+It is served once more/)
    expect(stale.text).toContain('Tag “new” invalidated softly')
    const tags = stale
      .find('tr')
      .flatMap(({ inside: [tag, when, did] }) =>
        tag?.tag === 'th' && did?.tag === 'td' && when !== undefined ? [`${tag.text}: ${when.text} ${did.text}`] : [],
      )
    expect(tags).toEqual(['old: no ', expect.stringMatching(/^new: \d+s ago, soft after it was made$/), 'never: no '])
    await other.revalidateTag('new')
    const gone = await bench.visitor('events/').show('entry', { object })
    expect(gone.text).toMatch(/Why it is expired\s+tag "new" was invalidated \d+s ago \(hard\)/)
  })

  it('shows text as text, indented where it is JSON', async () => {
    const page = await entryPage(DATA)
    expect(page.find('pre').map(({ text }) => text)).toEqual(['{\n  "name": "<Ann>"\n}'])
  })

  it('shows images, other bytes by their numbers, and what has no body', async () => {
    const [image] = (await entryPage(IMAGE)).find('img')
    const answer = await bench.visitor('shop/').request(image?.attributes['src'] ?? '')
    expect([answer.headers.get('content-type'), Buffer.from(await answer.arrayBuffer())]).toEqual(['image/png', png])
    expect((await entryPage(USE_CACHE)).find('pre').map(({ text }) => text)).toEqual([
      expect.stringMatching(/^0000 {2}00 ff +\.\.$/),
    ])
    expect((await entryPage(REDIRECT)).text).toContain('It has none, as a redirect')
  })

  it('tells of a damaged one what there is, and of a long name the whole of it that a page can hold', async () => {
    const damaged = await entryPage(DAMAGED)
    expect([damaged.status, damaged.text]).toEqual([200, expect.stringContaining('Why it is damaged')])
    const long = await entryPage(LONG)
    expect(long.find('h1').map(({ text }) => text)).toEqual([`long-${'k'.repeat(295)}…`])
  })

  it('calls a response by its URL, and tells what it is of and which build has made it', async () => {
    const pages = createResponseCache(bench.cache('responses/'), { buildId: 'b1', ttl: '1m', tags: ['stories'] })
    const handler = pages.wrap(() => new Response('<h1>One</h1>', { headers: { 'content-type': 'text/html' } }))
    const answer = await handler(new Request('https://paper.test/stories/one?page=2'))
    expect(await answer.text()).toBe('<h1>One</h1>')
    const visitor = bench.visitor('responses/', { memoryMaxBytes: 0 })
    const name = 'https://paper.test/stories/one?page=2'
    const list = await vi.waitFor(async () => {
      const page = await visitor.show('entries')
      expect(rowsOf(page)).toEqual([`fresh ${name}`])
      return page
    })
    expect(list.text).toContain('dataresponsebuild b1shared#stories')
    const [link] = list.find('a', { class: 'key' })
    const page = await visitor.follow(link?.attributes['href'] ?? '')
    expect(page.find('h1').map(({ text }) => text)).toEqual([name])
    expect(page.text).toContain('dataresponsebuild b1shared by all deployments')
    expect(page.find('th').map(({ text }) => text)).toEqual(
      expect.arrayContaining(['_url:/stories/one?page=2', 'stories']),
    )
    expect(page.text).toContain('@http/https:$_$_paper.test$_stories$_one?page=2/page/b1/')
    const tag = await visitor.show('tag', { tag: '_url:/stories/one?page=2' })
    expect(tag.text).toContain('no index names its entries')
  })

  it('cuts long texts, and says so', async () => {
    const html = 'x'.repeat(200_000)
    await bench.put('large/', [{ ...FRESH, value: { kind: 'APP_PAGE', html, headers: {} } }])
    const page = await bench.visitor('large/').show('entry', { object: referenceOf(FRESH) })
    expect(page.find('pre')[0]?.text).toHaveLength(65_536)
    expect(page.text).toContain('134,464 bytes follow that are not shown')
  })
})

describe('tags', () => {
  it('are listed with how many entries carry them, and when they were invalidated', async () => {
    await bench.put('tagged/', [
      { kind: 'data', key: 'a', tags: ['one', 'both'] },
      { kind: 'data', key: 'b', tags: ['both', 'l'.repeat(200)] },
    ])
    await bench.cache('tagged/').revalidateTag('both')
    const visitor = bench.visitor('tagged/')
    const page = await visitor.show('tags')
    const rows = page
      .find('tr')
      .flatMap(({ inside: [tag, entries, when] }) =>
        tag?.attributes['scope'] === 'row' ? [[tag.text, entries?.text, when?.text]] : [],
      )
    expect(rows).toEqual([
      ['both', '2', expect.stringMatching(/^\d+s ago, hard$/)],
      [expect.stringMatching(/^l+\+[0-9a-f]{64}$/), '1', 'no'],
      ['one', '1', 'no'],
    ])
    const [link] = page.find('a', { href: '?view=tag&tag=both' })
    expect((await visitor.follow(link?.attributes['href'] ?? '')).text).toMatch(
      /At most 2 entries.*expired.*a.*expired.*b/s,
    )
  })

  it('of Next itself are known by their events alone', async () => {
    await bench.cache('implicit/').revalidateTag('_N_T_/a')
    const { text } = await bench.visitor('implicit/').show('tag', { tag: '_N_T_/a' })
    expect(text).toContain('hard: what was older is gone')
    expect(text).not.toContain('What the index names')
  })
})

describe('this instance', () => {
  it('shows hits, misses, latencies, requests and what they cost, and what it holds', async () => {
    const cache = bench.cache('instance/')
    const about = { bucket: 'b', objectKey: 'k', origin: 'http://s3.test' }
    const answer = { status: 503, storeCode: 'SlowDown', isFailure: true, durationMs: 20 }
    const request: CacheEvent = { name: 'request', operation: 'GetObject', ...about, ...answer }
    createExplorer({ authorize: () => true, cache })
    channel(EVENT_CHANNEL).publish(request)
    await cache.set('k', 'v')
    for (let read = 0; read < 9; read++) await cache.get('k')
    await cache.get('none')
    const explorer = new Visitor(createExplorer({ authorize: () => true, cache }))
    for (const range of ['hour', 'day']) {
      const page = await explorer.show('instance', { range })
      expect(page.find('svg', { role: 'img' })).toHaveLength(4)
      expect(page.text).toMatch(/\d+\.\d %\s*hit ratio|hit ratio\s*\d+\.\d %/)
      expect(page.text).toMatch(/Entries in memory\s*1/)
      const [operation] = page.find('tr').filter(({ inside: [first] }) => first?.text === 'GetObject')
      expect(operation?.inside.map(({ text }) => text)).toEqual([
        'GetObject',
        expect.any(String),
        '1',
        expect.stringMatching(/^\$0\.0/),
      ])
    }
  })
})

describe('wherever it is', () => {
  it('answers by queries alone: under any path, and with links that hold there', async () => {
    for (const url of [
      'https://a.example/',
      'https://a.example/x/api/explorer',
      'http://localhost:3000/explorer/',
      'https://a.example/explorer/any/thing',
    ]) {
      const explorer = createExplorer({ authorize: () => true, cache: bench.cache('shop/') })
      const visitor = new Visitor(explorer, url)
      const page = await visitor.show('entries')
      expect(page.status).toBe(200)
      const links = page.find('a').map(({ attributes }) => attributes['href'] ?? '')
      expect(links.filter((link) => !/^(\?|#)/.test(link))).toEqual([])
      expect((await visitor.confirm({ do: 'revalidate', tag: 'unused', mode: 'soft' })).status).toBe(200)
    }
  })

  it('answers HEAD as GET without its body, and says which methods it knows', async () => {
    const visitor = bench.visitor('shop/')
    const head = await visitor.request('?view=tags', { method: 'HEAD' })
    expect([head.status, await head.text(), head.headers.get('content-type')]).toEqual([
      200,
      '',
      'text/html; charset=utf-8',
    ])
    for (const [query, allow] of [
      ['', 'GET, HEAD'],
      ['?view=entries', 'GET, HEAD'],
      ['?view=confirm', 'GET, HEAD, POST'],
    ] as const) {
      const answer = await visitor.request(query, { method: 'DELETE' })
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow])
    }
    expect((await visitor.request('?view=entries', { method: 'POST', body: 'x' })).status).toBe(405)
    expect((await visitor.show('nothing')).status).toBe(404)
    expect((await visitor.show('constructor')).status).toBe(404)
  })

  it('shows what Next’s handler has in this process, where no other cache is given', async () => {
    const options = { bucket, endpoint: server.url, prefix: 'next/', deployment: 'd', log: 'silent' } as const
    const handler = new (createCacheHandler(options))({})
    await handler.set('/k', { kind: 'APP_PAGE', html: '<p>', headers: {}, status: 200 }, { kind: 'APP_PAGE' })
    await closeCaches()
    const visitor = new Visitor(createExplorer({ authorize: () => true }))
    expect(rowsOf(await visitor.show('entries'))).toEqual(['fresh /k'])
    await visitor.confirm({ do: 'delete', object: referenceOf({ kind: 'page', key: '/k', deployment: 'd' }) })
    expect(await handler.get('/k', { kind: 'APP_PAGE' })).toBeNull()
  })

  it.each([
    ['memory', () => memoryStore()],
    ['files', async () => fsStore(await newFolder())],
  ])('shows and clears what is kept in %s', async (_what, createStore) => {
    const cache = createS3Cache({ store: await createStore(), prefix: 'p/', log: 'silent' })
    await cache.set('a', 'text', { tags: ['t'] })
    await cache.set('b', { deep: [1] })
    const visitor = new Visitor(createExplorer({ authorize: () => true, cache }))
    expect(rowsOf(await visitor.show('entries'))).toEqual(['fresh a', 'fresh b'])
    await visitor.confirm({ do: 'revalidate', tag: 't', mode: 'hard' })
    expect(await cache.get('a')).toBeUndefined()
    expect((await visitor.confirm({ do: 'clear', all: 'yes' })).text).toContain('Deleted 2 entries.')
    expect(rowsOf(await visitor.show('entries'))).toEqual([])
  })
})

describe('where the bucket does not let it', () => {
  it('lists the entry that it cannot read as not read, and says why', async () => {
    const fault = server.faults.add({
      fault: { kind: 'status', status: 403 },
      operation: 'GetObject',
      keyPattern: 'shop/v1/entries/.*about$',
    })
    const visitor = bench.visitor('shop/')
    const [page, stale] = [await visitor.show('entries'), await visitor.show('entries', { state: 'stale' })]
    server.faults.remove(fault.id)
    expect(rowsOf(page)).toEqual(expect.arrayContaining(['not read /about', 'fresh /stories/one']))
    expect([rowsOf(stale), rowsOf(page).length]).toEqual([[], 9])
    for (const { status, text } of [page, stale]) {
      expect([status, text]).toEqual([200, expect.stringMatching(/1 could not be read.*ERR_OBJECT_STORE_DENIED/)])
    }
  })

  it.each([
    ['ListObjectsV2', '', 'ERR_OBJECT_STORE_DENIED'],
    ['GetObject', `?view=entry&object=${encodeURIComponent(referenceOf(FRESH))}`, 'ERR_OBJECT_STORE_DENIED'],
  ] as const)('says so by its code: %s', async (operation, query, code) => {
    const visitor = bench.visitor('shop/', { memoryMaxBytes: 0 })
    const fault = server.faults.add({ fault: { kind: 'status', status: 403 }, operation })
    const page = await visitor.follow(query)
    server.faults.remove(fault.id)
    expect([page.status, page.text]).toEqual([502, expect.stringContaining(code)])
    expect(page.body).not.toMatch(/local-secret|X-Amz|\bat .*\.ts:\d+/)
    // What failed is not asked again at once.
    await expect.poll(async () => (await visitor.follow(query)).status, { timeout: 10_000 }).toBe(200)
  })
})
