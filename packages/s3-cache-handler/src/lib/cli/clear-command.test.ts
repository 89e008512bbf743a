import { beforeEach, describe, expect, it } from 'vitest'
import { LISTINGS, MANY, manyEntries } from '../../../test/many-entries.ts'
import { putEntries } from '../../../test/put-entry.ts'
import { openCommandBench } from '../../../test/run-command.ts'

const { server, bucket, run, runWith, json } = await openCommandBench()
const route = (path: string): string => `/route-cache/APP_PAGE/${'0'.repeat(64)}/$${path}`

/** Each test has a prefix of its own, with the same entries. */
let prefix = ''
let count = 0
beforeEach(async () => {
  prefix = `p${++count}/`
  await putEntries(server, { bucket, prefix }, [
    { kind: 'page', deployment: 'd1', key: route('/stories/one'), tags: ['stories', 'first'] },
    { kind: 'page', deployment: 'd2', key: route('/stories/one'), tags: ['stories'] },
    { kind: 'page', deployment: 'd2', key: '/about' },
    { kind: 'use-cache', deployment: 'd2', key: '["fn",[1]]', tags: ['stories'] },
    { kind: 'fetch', key: 'aa' },
    { kind: 'data', key: 'user:1', tags: ['stories'] },
    { kind: 'data', key: 'users' },
  ])
  await server.import(bucket, [
    { key: `${prefix}other`, body: 'x' },
    { key: `${prefix}v1/leases/x`, body: 'x' },
    { key: `${prefix}v1/entries/~shared/newer/x`, body: 'x' },
    { key: `${prefix}v1/entries/report.csv`, body: 'x' },
  ])
})

const left = async (): Promise<string[]> =>
  (await json(prefix, 'ls')).map(({ deployment, path, key }) => [deployment ?? '', path ?? key].join(' '))
const ALL = ['d1 /stories/one', 'd2 /about', 'd2 /stories/one', 'd2 ["fn",[1]]', ' user:1', ' users', ' aa']
const without = (...gone: string[]): string[] => ALL.filter((entry) => !gone.includes(entry))

describe('s3-cache clear', () => {
  it.each([
    [
      ['--path', '/stories/one'],
      ['d1 /stories/one', 'd2 /stories/one'],
    ],
    [['--path-prefix', '/stories/', '--deployment', 'd1'], ['d1 /stories/one']],
    [
      ['--tag', 'stories'],
      ['d1 /stories/one', 'd2 /stories/one', 'd2 ["fn",[1]]', ' user:1'],
    ],
    [
      ['--kind', 'page,fetch'],
      ['d1 /stories/one', 'd2 /about', 'd2 /stories/one', ' aa'],
    ],
    [
      ['--deployment', 'd2'],
      ['d2 /about', 'd2 /stories/one', 'd2 ["fn",[1]]'],
    ],
    [['--deployment', '~shared', '--kind', 'data', '--key-prefix', 'user:'], [' user:1']],
    [['--all'], ALL],
  ])('%j deletes that, with its index, and nothing else', async (args, gone) => {
    expect(new Set(await left())).toEqual(new Set(ALL))
    const [done] = await json(prefix, 'clear', ...args, '--yes')
    expect(done).toMatchObject({ entries: gone.length, deleted: gone.length })
    expect(new Set(await left())).toEqual(new Set(without(...gone)))
    const objects = server.bucket(bucket)?.objects
    const foreign = ['other', 'v1/leases/x', 'v1/entries/~shared/newer/x', 'v1/entries/report.csv']
    for (const key of foreign) expect(objects?.get(prefix + key), key).toBeDefined()
    const tagged = ['d1 /stories/one', 'd2 /stories/one', 'd2 ["fn",[1]]', ' user:1']
    const entries = tagged.filter((entry) => !gone.includes(entry)).length
    const [stories] = await json(prefix, 'tags', '--tag', 'stories')
    expect(stories).toMatchObject({ entries })
  })

  it('takes what it deletes out of the memory of other instances, by an event', async () => {
    await json(prefix, 'clear', '--path', '/about', '--yes')
    const about = { kind: 'page', deployment: 'd2', key: '/about' } as const
    // As an instance would still have them: rendered before the event.
    await putEntries(server, { bucket, prefix }, [about, { ...about, key: '/other' }])
    expect(await json(prefix, 'ls', '--kind', 'page', '--state', 'expired')).toMatchObject([{ path: '/about' }])
  })

  it('only counts with --dry-run', async () => {
    const [code, out] = await run(prefix, 'clear', '--tag', 'stories', '--dry-run')
    expect([code, out]).toEqual([0, expect.stringMatching(/^Would delete 4 entries, \S+ K?B\.\n$/)])
    expect(await left()).toHaveLength(ALL.length)
  })

  it('asks a person how many are to go, and deletes nothing on "no"', async () => {
    const asked: string[] = []
    const answering = (answer: boolean) => ({
      confirm: (question: string) => {
        asked.push(question)
        return Promise.resolve(answer)
      },
    })
    const args = [prefix, 'clear', '--path', '/about'] as const
    expect(await runWith(answering(false), ...args)).toEqual([1, 'Nothing was deleted.\n', ''])
    expect(await left()).toHaveLength(ALL.length)
    expect(await runWith(answering(true), ...args)).toEqual([0, 'Deleted 1.\n', ''])
    expect(await left()).toEqual(without('d2 /about'))
    expect(asked).toEqual([expect.stringMatching(/^Delete 1 entry, \d+ B\?$/), expect.any(String)])
  })

  it('deletes nothing where nobody can be asked, and without --yes', async () => {
    expect(await run(prefix, 'clear', '--all')).toEqual([2, '', expect.stringContaining('give "--yes"')])
    expect(await left()).toHaveLength(ALL.length)
  })

  it('refuses what may be a mistake', async () => {
    const complaint = async (under: string, ...args: string[]): Promise<unknown> => await run(under, 'clear', ...args)
    expect(await complaint(prefix, '--yes')).toEqual([2, '', expect.stringContaining('give "--all"')])
    expect(await complaint(prefix, '--all', '--tag', 'a')).toEqual([2, '', expect.stringContaining('exclude')])
    expect(await complaint('', '--all', '--yes')).toEqual([2, '', expect.stringContaining('"--whole-bucket"')])
    const mixed = await complaint(prefix, '--kind', 'page,data', '--key-prefix', 'a')
    expect(mixed).toEqual([2, '', expect.stringContaining('give "--path-prefix"')])
    expect(await complaint(prefix, '--kind', 'data', '--path', '/a')).toEqual([2, '', expect.stringContaining('pages')])
    for (const flag of ['--key-prefix', '--tag', '--deployment', '--kind', '--path']) {
      expect(await complaint(prefix, flag, '', '--yes')).toEqual([2, '', expect.stringContaining(flag)])
    }
    const long = await complaint(prefix, '--key-prefix', '語'.repeat(60), '--yes')
    expect(long).toEqual([2, '', expect.stringContaining('longer than')])
    const both = await complaint(prefix, '--key-prefix', 'x', '--path', '/about', '--yes')
    expect(both).toEqual([2, '', expect.stringContaining('exclude each other')])
    const alone = await complaint(prefix, '--tag', 'stories', '--deployment', 'd1', '--yes')
    expect(alone).toEqual([2, '', expect.stringContaining('goes alone')])
    const twice = await complaint(prefix, '--tag', 'a', '--tag', 'b', '--yes')
    expect(twice).toEqual([2, '', expect.stringContaining('"--tag" is given twice')])
    expect(await left()).toHaveLength(ALL.length)
  })

  it('is finished by the next run where one breaks off', async () => {
    const fault = server.faults.add({ fault: { kind: 'status', status: 403 }, operation: 'DeleteObjects', times: 1 })
    const [code, , err] = await run(prefix, 'clear', '--tag', 'stories', '--yes')
    expect([code, fault.fired]).toEqual([1, 1])
    expect(err).toContain('AccessDenied')
    expect(await json(prefix, 'clear', '--tag', 'stories', '--yes')).toMatchObject([{ deleted: 4 }])
  })
})

it(`deletes ${MANY} entries a thousand a request, and tells a person how far it is`, async () => {
  await putEntries(server, { bucket, prefix: 'many/' }, [...manyEntries(), { kind: 'data', key: 'other' }])
  server.requests.clear()
  const told: string[] = []
  const watching = { progress: (line: string) => void told.push(line) }
  const [code, out] = await runWith(watching, 'many/', 'clear', '--key-prefix', 'k', '--yes')
  expect([code, out]).toEqual([0, `Deleted ${MANY.toLocaleString('en')}.\n`])
  expect(told).toContain(`deleted ${MANY / 2} of ${MANY}`)
  expect(server.requests.count({ operation: 'DeleteObjects' })).toBe(LISTINGS)
  expect(server.requests.count({ operation: 'ListObjectsV2', keyPrefix: 'many/v1/entries/' })).toBe(2 * LISTINGS + 2)
  expect(await json('many/', 'ls')).toMatchObject([{ key: 'other' }])
})

it(`touches those of a tag alone among ${MANY}`, async () => {
  await putEntries(
    server,
    { bucket, prefix: 'tagged/' },
    manyEntries((index) => ({ tags: [index % 1000 === 0 ? 'rare' : 'common'] })),
  )
  server.requests.clear()
  expect(await json('tagged/', 'clear', '--tag', 'rare', '--yes')).toMatchObject([{ deleted: LISTINGS }])
  expect(server.requests.count({ operation: 'ListObjectsV2', keyPrefix: 'tagged/v1/entries/' })).toBe(0)
  expect(server.requests.count({ keyPrefix: 'tagged/v1/index/common' })).toBe(0)
  // To count them, and for the tags of those that may be stored as they are.
  expect(server.requests.count({ operation: 'HeadObject' })).toBe(2 * LISTINGS)
})
