import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createLayout } from '../../src/lib/keys/layout.ts'
import { MANY, manyEntries } from '../many-entries.ts'
import type { TestEntry } from '../put-entry.ts'
import { openExplorerBench, referenceOf, type Shown } from './explorer-bench.ts'

const bench = await openExplorerBench()
const { server } = bench
const PAGE = 50
const MAX_READS = 200
const MAX_LISTINGS = 10

/** Text that takes as much room when it is compressed. */
const random = (length: number): string => randomBytes(length).toString('latin1')
const keysUnder = (prefix: string): string[] => {
  const { objects } = server.bucket(bench.bucket) ?? expect.fail('no bucket')
  const keys = Array.from({ length: objects.size }, (_, position) => objects.keyAt(position) ?? '')
  return keys.filter((key) => key.startsWith(prefix))
}
const namesOf = (page: Shown): string[] =>
  page.find('th', { scope: 'row' }).flatMap(({ inside: [link] }) => (link === undefined ? [] : [link.text]))
const nextOf = (page: Shown): string | undefined =>
  page.find('a').find(({ text }) => text === 'Next page' || text === 'Look further')?.attributes['href']
const count = (operation: 'ListObjectsV2' | 'GetObject' | 'HeadObject', keyPrefix: string): number =>
  server.requests.count({ operation, keyPrefix })

describe(`of ${MANY} entries`, () => {
  it('a page shows fifty, by one listing and as many reads', async () => {
    await bench.put('many/', manyEntries())
    const visitor = bench.visitor('many/')
    server.requests.clear()
    const page = await visitor.show('entries')
    expect(namesOf(page)).toHaveLength(PAGE)
    expect([count('ListObjectsV2', 'many/v1/entries/'), count('GetObject', 'many/v1/entries/')]).toEqual([1, PAGE])
  })

  it('pages lead through all, each once, also where some go meanwhile', async () => {
    const keys = Array.from({ length: 137 }, (_, index) => `k${index}`)
    await bench.put(
      'paged/',
      keys.map((key) => ({ kind: 'data', key })),
    )
    const visitor = bench.visitor('paged/')
    const seen: string[] = []
    let page = await visitor.show('entries', { 'key-prefix': 'k' })
    for (let pages = 1; pages <= 10; pages++) {
      seen.push(...namesOf(page))
      const next = nextOf(page)
      if (next === undefined) break
      // What was seen last is where the next page begins.
      await server
        .bucket(bench.bucket)
        ?.delete(`paged/v1/entries/${referenceOf({ kind: 'data', key: seen.at(-1) ?? '' })}`)
      page = await visitor.follow(next)
    }
    expect(seen).toHaveLength(keys.length)
    expect(new Set(seen)).toEqual(new Set(keys))
  })

  it('a search by state reads so many, says that it stopped, and goes on from there', async () => {
    const past = { lifetime: { revalidate: 1, expire: 1 }, lastModified: 0 }
    const expired = ['k190', 'k240']
    const keys = Array.from({ length: MAX_READS + 50 }, (_, index) => `k${String(index).padStart(3, '0')}`)
    await bench.put(
      'states/',
      keys.map((key): TestEntry => ({ kind: 'data', key, ...(expired.includes(key) && past) })),
    )
    const visitor = bench.visitor('states/')
    server.requests.clear()
    const first = await visitor.show('entries', { state: 'expired' })
    expect(count('GetObject', 'states/v1/entries/')).toBe(MAX_READS)
    expect([namesOf(first), first.text]).toEqual([['k190'], expect.stringContaining(`and ${MAX_READS} read`)])
    const second = await visitor.follow(nextOf(first) ?? expect.fail('It does not go on'))
    expect(count('GetObject', 'states/v1/entries/')).toBe(keys.length)
    expect([namesOf(second), nextOf(second)]).toEqual([['k240'], undefined])
  })

  it('a search by path lists so many, and says so', async () => {
    await bench.put('paths/', manyEntries())
    const visitor = bench.visitor('paths/')
    server.requests.clear()
    const page = await visitor.show('entries', { 'path-prefix': '/none' })
    expect(count('ListObjectsV2', 'paths/v1/entries/')).toBe(Math.min(MAX_LISTINGS, MANY / 1000))
    expect([count('GetObject', 'paths/v1/entries/'), namesOf(page)]).toEqual([0, []])
  })

  it('those of a tag are found by its index, without a look at others', async () => {
    await bench.put(
      'tagged/',
      manyEntries((index) => ({ tags: [index % 100 === 0 ? 'rare' : 'common'] })),
    )
    const visitor = bench.visitor('tagged/')
    server.requests.clear()
    const page = await visitor.show('entries', { tag: 'rare' })
    expect(namesOf(page)).toHaveLength(PAGE)
    expect(count('ListObjectsV2', 'tagged/v1/entries/')).toBe(0)
    expect([count('HeadObject', 'tagged/v1/entries/'), count('GetObject', 'tagged/v1/entries/')]).toEqual([PAGE, PAGE])
    server.requests.clear()
    expect((await visitor.show('tags')).text).toContain('common')
    expect(count('ListObjectsV2', 'tagged/v1/index/')).toBe(Math.min(MAX_LISTINGS, MANY / 1000))
  })
})

it('a clear of more than ten thousand says that it is of at least so many, without a look at each', async () => {
  const key = (index: number): string => `clear/v1/entries/${referenceOf({ kind: 'data', key: `k${index}` })}`
  await server.import(
    bench.bucket,
    Array.from({ length: 10_001 }, (_, index) => ({ key: key(index) })),
  )
  const visitor = bench.visitor('clear/')
  server.requests.clear()
  const page = await visitor.show('confirm', { do: 'clear', all: 'yes' })
  expect(page.find('h1').map(({ text }) => text)).toEqual(['Clear at least 10,000 entries?'])
  expect([count('GetObject', 'clear/v1/entries/'), count('HeadObject', 'clear/v1/entries/')]).toEqual([0, 0])
  expect(count('ListObjectsV2', 'clear/v1/entries/')).toBeLessThanOrEqual(MAX_LISTINGS + 1)
})

it('tags whose count is cut say so, and go on', async () => {
  const layout = createLayout('cut/')
  const key = (tag: string, of: string): string => layout.index(tag, layout.entry('data', { kind: 'shared' }, of))
  const keys = [...Array.from({ length: 10_500 }, (_, index) => key('a', `k${index}`)), key('b', 'z')]
  await server.import(
    bench.bucket,
    keys.map((each) => ({ key: each })),
  )
  const visitor = bench.visitor('cut/')
  const rows = (page: Shown): string[] =>
    page
      .find('tr')
      .flatMap(({ inside: [tag, entriesCell] }) =>
        tag?.attributes['scope'] === 'row' ? [`${tag.text} ${entriesCell?.text}`] : [],
      )
  const page = await visitor.show('tags')
  expect(rows(page)).toEqual(['a at least 10,000'])
  const asked = await visitor.show('confirm', { do: 'clear', tag: 'a' })
  expect(asked.find('h1').map(({ text }) => text)).toEqual(['Clear about 10,000 entries, or more?'])
  expect(rows(await visitor.follow(nextOf(page) ?? ''))).toEqual(['a at least 500', 'b 1'])
})

describe('what is large', () => {
  const [large, huge] = [3, 9].map((mebibytes) => 'l'.repeat(mebibytes * 1024 * 1024)) as [string, string]
  const raw = (text: string): object => ({ raw: Buffer.from(text), contentType: 'text/plain' })

  it('is not read for a list, and what is huge not at all', async () => {
    await bench.put('large/', [
      { kind: 'data', key: 'large', value: raw(large) },
      { kind: 'data', key: 'huge', value: raw(huge) },
    ])
    const visitor = bench.visitor('large/')
    server.requests.clear()
    const list = await visitor.show('entries')
    expect(list.find('td').map(({ text }) => text)).toEqual(expect.arrayContaining(['not read']))
    const found = await visitor.show('entries', { state: 'fresh' })
    expect([namesOf(found), found.text]).toEqual([[], expect.stringContaining('2 were left out')])
    const page = await visitor.show('entry', { object: referenceOf({ kind: 'data', key: 'huge' }) })
    expect([page.status, page.text]).toEqual([200, expect.stringContaining('too much to be read here')])
    expect(count('GetObject', 'large/v1/entries/')).toBe(0)
    expect((await visitor.show('entry', { object: referenceOf({ kind: 'data', key: 'large' }) })).text).toContain('lll')
  })

  it('is deleted with its index unread, where its head tells its tags', async () => {
    const key = 'k'.repeat(600)
    await bench.put('delete/', [{ kind: 'data', key, tags: ['one', 'two'], value: raw(huge) }])
    const visitor = bench.visitor('delete/')
    server.requests.clear()
    const page = await visitor.confirm({ do: 'delete', object: referenceOf({ kind: 'data', key }) })
    expect(page.find('p', { role: 'status' }).map(({ text }) => text)).toEqual([`Deleted ${'k'.repeat(300)}….`])
    expect(count('GetObject', 'delete/v1/entries/')).toBe(0)
    expect(keysUnder('delete/v1/entries/')).toEqual([])
    expect(keysUnder('delete/v1/index/')).toEqual([])
  })

  it('is left where only the whole of it would tell them, and said how it goes', async () => {
    const entry = { kind: 'data', key: 'framed', tags: ['one'], value: { codec: 'devalue', text: random(huge.length) } }
    await bench.put('refuse/', [entry as TestEntry])
    const visitor = bench.visitor('refuse/')
    server.requests.clear()
    const page = await visitor.show('confirm', { do: 'delete', object: referenceOf({ kind: 'data', key: 'framed' }) })
    expect([page.status, page.text]).toEqual([400, expect.stringContaining('"s3-cache clear" deletes it')])
    expect(page.find('form', { method: 'post' })).toEqual([])
    expect(count('GetObject', 'refuse/v1/entries/')).toBe(0)
  })
})
