import { describe, expect, it } from 'vitest'
import { createS3Cache, memoryStore, type S3Cache, type S3CacheOptions } from '../../src/cache.ts'
import { createExplorer } from '../../src/explorer.ts'
import { createResponseCache } from '../../src/http.ts'
import { keyText } from '../../src/lib/keys/key-text.ts'
import { storeEntries, type TestEntry } from '../put-entry.ts'
import { referenceOf, type Shown, Visitor } from './explorer-bench.ts'

const pageOf = (cache: S3Cache, key: string): Promise<Shown> =>
  new Visitor(createExplorer({ authorize: () => true, cache })).show('entry', {
    object: referenceOf({ kind: 'data', key }),
  })

/** The page of a value that a cache has stored. */
async function pageOfValue(value: unknown, options: Partial<S3CacheOptions> = {}): Promise<Shown> {
  const cache = createS3Cache({ store: memoryStore(), log: 'silent', ...options })
  await cache.set('k', value)
  return await pageOf(cache, 'k')
}
const bodyOf = (page: Shown): string | undefined => page.find('pre')[0]?.text

describe('a value of the data cache', () => {
  it('is shown as it was set', async () => {
    const page = await pageOfValue({ boats: [{ name: 'Möwe' }, { name: '<Ann>' }], paid: true })
    expect(bodyOf(page)).toBe(
      '{\n  "boats": [\n    {\n      "name": "Möwe"\n    },\n    {\n      "name": "<Ann>"\n    }\n  ],\n  "paid": true\n}',
    )
    expect(page.text).toContain('by the codec devalue')
  })

  it('is shown with what JSON does not know', async () => {
    const body = bodyOf(await pageOfValue({ since: new Date(0), by: new Map([['a', 1n]]), soon: Promise.resolve(7) }))
    for (const part of ['"since": 1970-01-01T00:00:00.000Z', '"by": Map {', '"a" => 1n', '"soon": Promise { 7 }']) {
      expect(body).toContain(part)
    }
  })

  it('of a type of its app’s own is shown as devalue stores it, and said to be', async () => {
    class Money {
      readonly cents = 5
    }
    const isMoney = (value: unknown): value is Money => value instanceof Money
    const types = { Money: { is: isMoney, encode: ({ cents }: Money) => cents, decode: () => new Money() } }
    const page = await pageOfValue({ fee: new Money() }, { types })
    expect([bodyOf(page), page.text]).toEqual([
      '[{"fee":1},["own Money",2],[3],5]',
      expect.stringContaining('As devalue stores it'),
    ])
  })

  it('of a codec of its app’s own is shown as that stores it', async () => {
    const codec = {
      name: 'csv',
      stringify: (value: unknown) => String(value),
      parse: (text: string) => text.split(','),
    }
    const page = await pageOfValue([1, 2], { codec })
    expect([bodyOf(page), page.text]).toEqual(['1,2', expect.stringContaining('by the codec csv')])
  })
})

describe('a response', () => {
  async function pageOfResponse(response: Response): Promise<{ readonly page: Shown; readonly visitor: Visitor }> {
    const cache = createS3Cache({ store: memoryStore(), log: 'silent' })
    const pages = createResponseCache(cache, { ttl: 60 })
    await pages.wrap(async () => response)(new Request('http://shop.test/boats'))
    await cache.close()
    const [stored] = (await cache.keys()).keys
    const visitor = new Visitor(createExplorer({ authorize: () => true, cache }))
    const object = referenceOf({ kind: 'data', key: keyText(stored?.key ?? '') })
    return { page: await visitor.show('entry', { object }), visitor }
  }

  it('is shown with its status and headers, and its body as what it is', async () => {
    const body = '<h1>Boats</h1><script>alert(1)</script>'
    const headers = { 'content-type': 'text/html', 'x-boat': '<Moewe>' }
    const { page, visitor } = await pageOfResponse(new Response(body, { headers }))
    for (const says of ['Response 200', 'x-boat', '<Moewe>', 'etag', '39 B, text/html'])
      expect(page.text).toContain(says)
    const [frame] = page.find('iframe')
    expect(frame?.attributes['sandbox']).toBe('')
    expect((await visitor.follow(frame?.attributes['src'] ?? '')).body).toBe(body)
  })

  it('of JSON is shown as lines, and of bytes by their numbers', async () => {
    const { page: json } = await pageOfResponse(Response.json({ boats: 1 }))
    expect(bodyOf(json)).toBe('{\n  "boats": 1\n}')
    const { page: bytes } = await pageOfResponse(new Response(new Uint8Array([0, 255])))
    expect(bodyOf(bytes)?.trim()).toMatch(/^0000 {2}00 ff/)
  })

  it('with a head that is none is shown as its bytes', async () => {
    const store = memoryStore()
    const cache = createS3Cache({ store, log: 'silent' })
    const value = { codec: 'body', text: '{"status":"<b>","headers":{}}', bytes: Buffer.from('herring') }
    await storeEntries(store, '', [{ kind: 'data', key: 'k', value }])
    const page = await pageOf(cache, 'k')
    expect([bodyOf(page), page.text.includes('Response')]).toEqual(['herring', false])
  })
})

describe('what is small and would be large', () => {
  const MAX_PAGE = 1024 * 1024
  it.each([
    [
      'JSON that is deep',
      'text/plain',
      `[${Array.from({ length: 30 }, () => '['.repeat(1000) + ']'.repeat(1000)).join()}]`,
    ],
    ['JSON that is very deep', 'text/plain', '['.repeat(32_000) + ']'.repeat(32_000)],
  ])('%s is shown as it is', async (_what, contentType, text) => {
    const store = memoryStore()
    await storeEntries(store, '', [{ kind: 'data', key: 'k', value: { raw: Buffer.from(text), contentType } }])
    const page = await pageOf(createS3Cache({ store, log: 'silent' }), 'k')
    expect(page.body.length).toBeLessThan(MAX_PAGE)
    expect(bodyOf(page)).toBe(text)
  })

  it.each([
    [
      'shared by many',
      `[[1,1,1]${Array.from({ length: 40 }, (_, index) => `,[${[2, 2, 2].map((n) => n + index).join()}]`).join('')},"x"]`,
    ],
    ['a circle', '[[0,0,0]]'],
    ['for which the stack is too small', `[${Array.from({ length: 9000 }, (_, index) => `[${index + 1}]`).join()},1]`],
    ['none at all', '[["Date",'],
  ])('a value that is %s makes no large page', async (_what, text) => {
    const store = memoryStore()
    await storeEntries(store, '', [{ kind: 'data', key: 'k', value: { codec: 'devalue', text } }])
    const page = await pageOf(createS3Cache({ store, log: 'silent' }), 'k')
    expect([page.status, page.body.length < MAX_PAGE]).toEqual([200, true])
    expect(bodyOf(page)).toContain('[')
  })
})

it('what is long is cut, and what is many is counted, on all pages that show it', async () => {
  const MAX_PAGE = 300_000
  const long = (of: string): string => of.repeat(5000)
  const store = memoryStore()
  const tags = Array.from({ length: 500 }, (_, index) => `${index}${long('t')}`)
  const headers = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`h${index}${long('h')}`, long('v')]))
  const value = { kind: 'APP_ROUTE', body: Buffer.from('x'), headers: { ...headers, 'content-type': long('m') } }
  const raw = { raw: Buffer.from('x'), contentType: long('m') }
  const entries: readonly TestEntry[] = [
    { kind: 'page', deployment: 'd', key: `/${long('p')}`, tags, value },
    { kind: 'data', key: 'raw', value: raw },
  ]
  await storeEntries(store, '', entries)
  const cache = createS3Cache({ store, log: 'silent' })
  for (const tag of tags.slice(0, 150)) await cache.revalidateTag(tag, { mode: 'stale' })
  const visitor = new Visitor(createExplorer({ authorize: () => true, cache }))
  const [page] = await Promise.all(entries.map((entry) => visitor.show('entry', { object: referenceOf(entry) })))
  const pages = [
    page,
    await visitor.show('entries'),
    await visitor.show('entries', { 'path-prefix': long('x') }),
    await visitor.show('tag', { tag: long('x') }),
    await visitor.show('confirm', { do: 'revalidate', path: '/a'.repeat(5000), mode: 'hard' }),
    await visitor.show('confirm', { do: 'revalidate', path: long('x'), mode: 'hard' }),
    await visitor.show('confirm', { do: 'clear', kind: long('x') }),
    await visitor.show('confirm', { do: long('x') }),
  ]
  for (const shown of pages) {
    expect(shown?.body.length).toBeLessThan(MAX_PAGE)
    expect(shown?.text).not.toMatch(/(\w)\1{400}/)
    expect(shown?.find('title')[0]?.text).not.toMatch(/(\w)\1{400}/)
  }
  const notes = page?.find('p', { class: 'note' }).map(({ text }) => text)
  expect(notes).toEqual(['50 more are not shown.', '400 more are not shown.', '401 more are not shown.'])
})

it.each([
  ['nothing', NaN, undefined],
  ['no number', 'soon', { revalidate: 'x', expire: 'y' }],
  ['no end and no begin', -Infinity, { revalidate: Infinity, expire: Infinity }],
  ['thousands of years', 1e300, { revalidate: 1e300, expire: 1e300 }],
])('an entry whose times say %s has a page, and a row', async (_what, lastModified, lifetime) => {
  const store = memoryStore()
  const entry = { kind: 'data', key: 'k', lastModified, lifetime } as unknown as TestEntry
  await storeEntries(store, '', [entry, { ...entry, key: 'raw', value: { raw: Buffer.from('x'), contentType: 'a/b' } }])
  const cache = createS3Cache({ store, log: 'silent' })
  for (const key of ['k', 'raw']) {
    const page = await pageOf(cache, key)
    expect([page.status, page.text]).toEqual([200, expect.not.stringMatching(/NaN|null|Infinity/)])
  }
  const list = await new Visitor(createExplorer({ authorize: () => true, cache })).show('entries')
  expect([list.status, list.text]).toEqual([200, expect.not.stringMatching(/NaN|null|Infinity/)])
})

it('JSON with a number that JavaScript would change is shown as it is', async () => {
  const text = (json: string): TestEntry => ({
    kind: 'data',
    key: 'k',
    value: { raw: Buffer.from(json), contentType: 'application/json' },
  })
  const shown = async (json: string): Promise<string | undefined> => {
    const store = memoryStore()
    await storeEntries(store, '', [text(json)])
    return bodyOf(await pageOf(createS3Cache({ store, log: 'silent' }), 'k'))
  }
  expect(await shown('{"id":1234567890123456789}')).toBe('{"id":1234567890123456789}')
  expect(await shown('{"id":"1234567890123456789"}')).toBe('{\n  "id": "1234567890123456789"\n}')
})

it.each([
  ['tags', { tags: [5] }],
  ['lifetime', { lifetime: null }],
])('an entry whose %s are none is damaged, and takes no other from the list', async (_what, wrong) => {
  const store = memoryStore()
  const page = { kind: 'page', deployment: 'd', value: { kind: 'APP_ROUTE', body: Buffer.from('x'), headers: {} } }
  const entries = [
    { ...page, key: '/intact' },
    { ...page, key: '/wrong', ...wrong },
    { kind: 'data', key: 'raw', value: { raw: Buffer.from('x'), contentType: 'a/b' }, ...wrong },
  ] as unknown as readonly TestEntry[]
  await storeEntries(store, '', entries)
  const cache = createS3Cache({ store, log: 'silent' })
  const list = await new Visitor(createExplorer({ authorize: () => true, cache })).show('entries')
  expect([list.status, list.text]).toEqual([200, expect.stringContaining('/intact')])
  expect(list.text.match(/damaged/g)?.length).toBeGreaterThanOrEqual(2)
})

describe('a response of another writer', () => {
  const odd = { toString: 1 }
  const route = (fields: object): Partial<TestEntry> => ({
    kind: 'page',
    value: { kind: 'APP_ROUTE', body: Buffer.from('x'), headers: {}, ...fields },
  })
  const fetched = (data: unknown): Partial<TestEntry> => ({ kind: 'fetch', value: { kind: 'FETCH', data } })
  const url = 'http://origin.test/'

  it.each([
    ['headers are none', route({ headers: null })],
    ['headers are a text', route({ headers: 'x' })],
    ['status is none', route({ status: odd })],
    ['header is none', route({ headers: { 'x-odd': odd, 'x-list': [odd], 'content-type': odd } })],
    ['data are none', fetched(null)],
    ['data are a text', fetched('x')],
    ['data have no headers', fetched({ url, body: '', headers: null })],
    ['data have an odd header', fetched({ url, body: '', status: odd, headers: { 'x-odd': odd } })],
  ] as const)('whose %s has a page that leads to its deletion', async (_what, fields) => {
    const store = memoryStore()
    const entry = { kind: 'page', deployment: 'd', key: '/odd', ...fields } as TestEntry
    await storeEntries(store, '', [entry])
    const visitor = new Visitor(
      createExplorer({ authorize: () => true, cache: createS3Cache({ store, log: 'silent' }) }),
    )
    const page = await visitor.show('entry', { object: referenceOf(entry) })
    expect([page.status, page.find('a').map(({ text }) => text)]).toEqual([
      200,
      expect.arrayContaining(['Delete this entry…']),
    ])
    expect(page.text).not.toContain('x-odd')
  })

  it('keeps of its headers those that are such', async () => {
    const store = memoryStore()
    const headers = { 'x-odd': odd, 'x-text': 'one', 'x-number': 7, 'x-list': ['two', 'three'] }
    const entry = { deployment: 'd', key: '/odd', ...route({ headers, status: 201 }) } as TestEntry
    await storeEntries(store, '', [entry])
    const visitor = new Visitor(
      createExplorer({ authorize: () => true, cache: createS3Cache({ store, log: 'silent' }) }),
    )
    const page = await visitor.show('entry', { object: referenceOf(entry) })
    expect(page.text).toContain('Response 201')
    const values = page.find('dd').map(({ text }) => text)
    const rows = page.find('dt').map(({ text }, index) => `${text} ${values[index]}`)
    expect(rows.filter((row) => row.startsWith('x-'))).toEqual(['x-text one', 'x-number 7', 'x-list two,three'])
  })
})
