import { beforeEach, describe, expect, it } from 'vitest'
import type { S3Cache } from '../../src/cache.ts'
import type { TestEntry } from '../put-entry.ts'
import { openExplorerBench, pageKey, referenceOf, shown, type Visitor } from './explorer-bench.ts'
import type { ParsedPage } from './parsed-page.ts'

const bench = await openExplorerBench()
const { server, bucket } = bench

const ONE: TestEntry = {
  kind: 'page',
  deployment: 'd1',
  key: pageKey('/stories/one'),
  tags: ['stories', '_N_T_/stories/one'],
}
const OTHER: TestEntry = {
  kind: 'page',
  deployment: 'd2',
  key: pageKey('/stories/one'),
  tags: ['stories', '_N_T_/stories/one'],
}
const ABOUT: TestEntry = { kind: 'page', deployment: 'd2', key: pageKey('/about'), tags: ['_N_T_/about'] }
const USER: TestEntry = { kind: 'data', key: 'user:1', tags: ['users', 'stories'] }

/** Each test has a prefix of its own, with the same entries. */
let prefix = ''
let visitor: Visitor
let count = 0
beforeEach(async () => {
  prefix = `p${++count}/`
  await bench.put(prefix, [ONE, OTHER, ABOUT, USER])
  visitor = bench.visitor(prefix)
})

const stateOf = async (entry: TestEntry): Promise<string | undefined> => {
  const page = await visitor.show('entry', { object: referenceOf(entry) })
  return page.status === 404
    ? undefined
    : page.find('span').find(({ attributes }) => attributes['class']?.startsWith('state'))?.text
}
const states = async (): Promise<(string | undefined)[]> => await Promise.all([ONE, OTHER, ABOUT, USER].map(stateOf))
const keys = (): string[] => {
  const { objects } = server.bucket(bucket) ?? expect.fail('no bucket')
  return Array.from({ length: objects.size }, (_, position) => objects.keyAt(position) ?? '').filter((key) =>
    key.startsWith(prefix),
  )
}
const flashOf = (page: Pick<ParsedPage, 'find'>): string[] => page.find('p', { role: 'status' }).map(({ text }) => text)

describe('revalidating', () => {
  it('a tag takes what carries it, of all deployments and kinds, and deletes nothing', async () => {
    const before = keys().filter((key) => key.includes('/entries/'))
    const page = await visitor.confirm({ do: 'revalidate', tag: 'stories', mode: 'hard' })
    expect(flashOf(page)).toEqual(['Revalidated tag “stories”: what is older is gone.'])
    expect(page.find('h1').map(({ text }) => text)).toEqual(['Tag stories'])
    expect(await states()).toEqual(['expired', 'expired', 'fresh', 'expired'])
    expect(keys().filter((key) => key.includes('/entries/'))).toEqual(before)
  })

  it('softly makes it stale, and gone after so many seconds', async () => {
    await visitor.confirm({ do: 'revalidate', tag: 'stories', mode: 'soft' })
    expect(await states()).toEqual(['stale', 'stale', 'fresh', 'stale'])
    const page = await visitor.confirm({ do: 'revalidate', tag: 'users', mode: 'soft', expire: '3600' })
    expect(flashOf(page)).toEqual(['Revalidated tag “users”: what is older is stale, and gone in 1h.'])
    const { text } = await visitor.show('entry', { object: referenceOf(USER) })
    expect(text).toMatch(/tag "users" was invalidated \d+s ago \(soft\), gone in 5\d+m/)
    expect(text).toContain('Gone by that')
  })

  it('softly is what seconds alone ask for, whatever the choice above them was', async () => {
    for (const mode of [{ mode: 'hard' }, {}]) {
      const page = await visitor.show('confirm', { do: 'revalidate', tag: 'users', expire: '3600', ...mode })
      expect(page.text).toContain('will be stale, and gone in 1h')
    }
    await visitor.confirm({ do: 'revalidate', tag: 'users', mode: 'hard', expire: '3600' })
    expect(await stateOf(USER)).toBe('stale')
  })

  it('a path takes its page, of all deployments, and leads back to where it was asked for', async () => {
    const object = referenceOf(ONE)
    const page = await visitor.confirm({ do: 'revalidate', path: '/stories/one', mode: 'hard', object })
    expect(flashOf(page)).toEqual(['Revalidated path “/stories/one”: what is older is gone.'])
    expect(page.text).toContain('Why it is expired')
    expect(await states()).toEqual(['expired', 'expired', 'fresh', 'fresh'])
  })

  it('is heard by other instances', async () => {
    const other: S3Cache = bench.cache(prefix)
    await other.set('k', 1, { tags: ['t'] })
    expect(await other.get('k')).toBe(1)
    await bench.visitor(prefix).confirm({ do: 'revalidate', tag: 't', mode: 'hard' })
    expect(await other.get('k')).toBeUndefined()
  })

  it('of a tag as people write it is that of the tag as it is stored', async () => {
    await visitor.confirm({ do: 'revalidate', tag: 'Umlaut ü', mode: 'hard' })
    expect((await visitor.show('tag', { tag: 'Umlaut ü' })).text).toMatch(
      /Tag Umlaut %C3%BC.*hard: what was older is gone/s,
    )
  })
})

describe('deleting', () => {
  it('takes one entry with its index, out of the memory of others, too', async () => {
    const page = await visitor.confirm({ do: 'delete', object: referenceOf(ONE) })
    expect(flashOf(page)).toEqual(['Deleted /stories/one.'])
    expect(await states()).toEqual([undefined, 'fresh', 'fresh', 'fresh'])
    expect(keys().filter((key) => key.includes('/index/') && key.includes('/d1/'))).toEqual([])
    expect(keys().filter((key) => key.includes('/index/stories/'))).toHaveLength(2)
    // As an instance would still have it: rendered before the event.
    await bench.put(prefix, [ONE])
    expect(await stateOf(ONE)).toBe('expired')
  })

  it('takes one whose name is too long for its object, and one that is damaged', async () => {
    const long: TestEntry = { kind: 'data', key: 'x'.repeat(2000), tags: ['t'] }
    await bench.put(prefix, [long])
    const damaged = { kind: 'data', key: 'damaged' } as const
    await server.import(bucket, [{ key: `${prefix}v1/entries/${referenceOf(damaged)}`, body: 'no entry' }])
    expect(await stateOf(damaged)).toBe('damaged')
    for (const entry of [long, damaged]) {
      await visitor.confirm({ do: 'delete', object: referenceOf(entry) })
      expect(await stateOf(entry)).toBeUndefined()
    }
    await bench.put(prefix, [long])
    expect(await stateOf(long)).toBe('expired')
  })

  it('says so where it is gone already', async () => {
    const page = await visitor.show('confirm', { do: 'delete', object: referenceOf(ONE) })
    await visitor.submit(page)
    const again = await visitor.submit(page)
    expect(flashOf(await visitor.follow(again.headers.get('location') ?? ''))).toEqual(['It was gone already.'])
    expect((await visitor.show('confirm', { do: 'delete', object: referenceOf(ONE) })).status).toBe(404)
  })
})

describe('clearing', () => {
  const cleared: readonly (readonly [Readonly<Record<string, string>>, readonly boolean[], string])[] = [
    [{ 'path-prefix': '/stories/' }, [false, false, true, true], '2 entries'],
    [{ 'path-prefix': '/stories/', deployment: 'd1' }, [false, true, true, true], '1 entry'],
    [{ tag: 'stories' }, [false, false, true, false], '3 entries'],
    [{ kind: 'data' }, [true, true, true, false], '1 entry'],
    [{ 'key-prefix': 'user:' }, [true, true, true, false], '1 entry'],
    [{ deployment: '~shared' }, [true, true, true, false], '1 entry'],
    [{ all: 'yes' }, [false, false, false, false], '4 entries'],
  ]
  it.each(cleared)('%j says how many, deletes them, and nothing else', async (selection, left, says) => {
    await server.import(
      bucket,
      [`${prefix}other`, `${prefix}v1/leases/x`].map((key) => ({ key, body: 'x' })),
    )
    const asked = await visitor.show('confirm', { do: 'clear', ...selection })
    const atMost = 'tag' in selection ? 'at most ' : ''
    expect(asked.find('h1').map(({ text }) => text)).toEqual([`Clear ${atMost}${says}?`])
    const done = await visitor.submit(asked)
    expect(flashOf(await visitor.follow(done.headers.get('location') ?? ''))).toEqual([`Deleted ${says}.`])
    expect((await states()).map((state) => state !== undefined)).toEqual(left)
    expect(keys()).toEqual(expect.arrayContaining([`${prefix}other`, `${prefix}v1/leases/x`]))
  })

  it('by tag says that it is of at most so many: the index may name what carries it no more', async () => {
    await bench.put(prefix, [{ ...ABOUT, tags: ['stories'] }])
    await bench.put(prefix, [ABOUT])
    const asked = await visitor.show('confirm', { do: 'clear', tag: 'stories' })
    expect(asked.find('h1').map(({ text }) => text)).toEqual(['Clear at most 4 entries?'])
    expect(asked.text).toContain('carry the tag no more: those stay')
    const done = await visitor.submit(asked)
    expect(flashOf(await visitor.follow(done.headers.get('location') ?? ''))).toEqual(['Deleted 3 entries.'])
    expect(await stateOf(ABOUT)).toBe('fresh')
  })

  it('under an empty prefix needs to be told that the bucket is known', async () => {
    const whole = bench.visitor('')
    await bench.put('', [{ kind: 'data', key: 'root' }])
    const page = await whole.show('confirm', { do: 'clear', 'key-prefix': 'root' })
    expect(page.find('input', { name: 'whole-bucket' })).toMatchObject([{ attributes: { required: '' } }])
    expect(await shown(await whole.submit(page))).toMatchObject({
      status: 400,
      text: expect.stringContaining('“I know what is in this bucket” has to be ticked'),
    })
    expect(server.bucket(bucket)?.objects.get('v1/entries/~shared/data/root')).toBeDefined()
    expect((await whole.submit(page, { 'whole-bucket': 'yes' })).status).toBe(303)
    expect(server.bucket(bucket)?.objects.get('v1/entries/~shared/data/root')).toBeUndefined()
  })
})

it.each([
  [{ do: 'clear' }, 'Narrow it, or give “Clear everything”'],
  [{ do: 'clear', all: 'yes', tag: 'a' }, 'exclude each other'],
  [{ do: 'clear', tag: 'a', kind: 'data' }, '“Tag” goes alone'],
  [{ do: 'clear', 'path-prefix': 'stories' }, '“Path begins with” must be a path'],
  [{ do: 'clear', kind: 'pages' }, '“Kind” must be of page, fetch'],
  [{ do: 'revalidate', mode: 'hard' }, 'Give a tag or a path'],
  [{ do: 'revalidate', tag: 'a', path: '/a', mode: 'hard' }, 'Give a tag or a path'],
  [{ do: 'revalidate', tag: 'a' }, '“What is older is” must be “gone now” or “stale now”'],
  [{ do: 'revalidate', tag: 'a', mode: 'soft', expire: '0' }, '“If stale, gone in seconds” must be a whole number'],
  [{ do: 'revalidate', tag: 'a', mode: 'hard', expire: '1e9' }, '“If stale, gone in seconds” must be a whole number'],
  [{ do: 'revalidate', path: 'about', mode: 'hard' }, 'begins with'],
  [{ do: 'drop' }, 'no such action'],
])('%j is refused, and asks for nothing', async (params: Record<string, string>, says) => {
  const page = await visitor.show('confirm', params)
  expect([page.status, page.text]).toEqual([400, expect.stringContaining(says)])
  expect(page.find('form', { method: 'post' })).toEqual([])
})

it('says by its code what the bucket refuses, without a stack and without a secret', async () => {
  const page = await visitor.show('confirm', { do: 'clear', 'path-prefix': '/about' })
  const fault = server.faults.add({ fault: { kind: 'status', status: 403 }, operation: 'DeleteObjects', times: 1 })
  const failed = await shown(await visitor.submit(page))
  expect([failed.status, fault.fired]).toEqual([502, 1])
  expect(failed.text).toMatch(/AccessDenied|ERR_/)
  expect(failed.body).not.toMatch(/local-secret|\bat .*\.ts:\d+/)
  expect((await visitor.submit(page)).status).toBe(303)
  expect(await stateOf(ABOUT)).toBeUndefined()
})
