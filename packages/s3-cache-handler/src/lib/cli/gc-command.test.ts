import { beforeEach, describe, expect, it } from 'vitest'
import { LISTINGS, MANY, manyEntries } from '../../../test/many-entries.ts'
import { putEntries } from '../../../test/put-entry.ts'
import { openCommandBench } from '../../../test/run-command.ts'
import { createLayout } from '../keys/layout.ts'

const { server, bucket, run, runWith, json } = await openCommandBench()
const HOUR_MS = 3_600_000

let prefix = ''
let count = 0
beforeEach(async () => {
  prefix = `p${++count}/`
  await putEntries(server, { bucket, prefix }, [
    { kind: 'page', deployment: 'dead', key: '/a', tags: ['t'] },
    { kind: 'use-cache', deployment: 'dead', key: 'b' },
    { kind: 'page', deployment: 'alive', key: '/a', tags: ['t'] },
    { kind: 'page', deployment: 'unknown', key: '/a' },
    { kind: 'fetch', key: 'shared' },
  ])
  await beat('dead', 24 * 8)
  await beat('alive', 1)
})

const beat = async (id: string, agoHours: number, under = prefix): Promise<number> =>
  await server.import(bucket, [{ key: createLayout(under).deploy(id), lastModified: Date.now() - agoHours * HOUR_MS }])
const left = async (): Promise<string[]> =>
  (await json(prefix, 'ls')).map(({ deployment, path, key }) => [deployment ?? 'shared', path ?? key].join(' '))
const ALL = ['alive /a', 'dead /a', 'dead b', 'unknown /a', 'shared shared']

describe('s3-cache gc', () => {
  it('deletes what the dead have, and nothing else', async () => {
    expect(await json(prefix, 'gc', '--yes')).toEqual(
      expect.arrayContaining([
        {
          id: 'dead',
          state: 'dead',
          entries: 2,
          objects: 4,
          bytes: expect.any(Number),
          lastSeenAt: expect.any(String),
        },
        expect.objectContaining({ id: 'alive', state: 'alive' }),
        expect.objectContaining({ id: 'unknown', state: 'unknown', lastSeenAt: null }),
      ]),
    )
    expect(new Set(await left())).toEqual(new Set(ALL.filter((entry) => !entry.startsWith('dead'))))
    expect(await json(prefix, 'tags')).toMatchObject([{ tag: 't', entries: 1 }])
  })

  it('takes for dead what was not seen for so long, and nothing that is to be kept', async () => {
    const states = async (...args: string[]): Promise<unknown[]> =>
      (await json(prefix, 'gc', '--dry-run', ...args)).map(({ id, state }) => [id, state].join(' ')).toSorted()
    expect(await states('--dead-after', '9d')).toEqual(['alive alive', 'dead alive', 'unknown unknown'])
    expect(await states('--dead-after', '7d', '--keep', 'dead')).toEqual([
      'alive alive',
      'dead current',
      'unknown unknown',
    ])
    const env = { CACHE_DEPLOYMENT: 'dead' }
    expect((await runWith({ env }, prefix, 'gc', '--dry-run'))[1]).toMatch(/^current +8d ago +2 .* dead$/m)
    expect(new Set(await left())).toEqual(new Set(ALL))
  })

  it('lists for people, and asks one', async () => {
    const asked: string[] = []
    const confirm = (question: string): Promise<boolean> => Promise.resolve(asked.push(question) > 1)
    const [code, out] = await runWith({ confirm }, prefix, 'gc')
    expect(code).toBe(1)
    expect(out).toMatch(/^STATE +SEEN +ENTRIES +SIZE DEPLOYMENT$/m)
    expect(out).toMatch(/^dead +8d ago +2 .* dead$/m)
    expect(out).toMatch(/^unknown +- +1 .* unknown\n/m)
    expect(out).toMatch(/Nothing was deleted\.\n$/)
    expect(new Set(await left())).toEqual(new Set(ALL))
    expect((await runWith({ confirm }, prefix, 'gc'))[1]).toMatch(/Deleted 4 objects\.\n$/)
    expect(asked[0]).toMatch(/^Delete 1 deployment: 4 objects, \d+ B\?$/)
  })

  it('deletes only what was dead when it was named', async () => {
    await beat('alive', 7 * 24 - 0.0001)
    const confirm = async (): Promise<boolean> => {
      await new Promise((resolve) => void setTimeout(resolve, 1500))
      return true
    }
    await runWith({ confirm }, prefix, 'gc')
    expect(await left()).toContain('alive /a')
  })

  it('refuses what would take the living for dead', async () => {
    const refused = (...args: string[]): Promise<unknown> => run(prefix, 'gc', '--yes', ...args)
    expect(await refused('--dead-after', '1h')).toEqual([2, '', expect.stringContaining('must be 2h at least')])
    expect(await refused('--keep', 'daed')).toEqual([2, '', expect.stringContaining('"--keep" names no deployment')])
    expect(await refused('--dead-after', 'soon')).toEqual([2, '', expect.stringContaining("got 'soon'")])
    expect(await run(prefix, 'gc')).toEqual([2, expect.any(String), expect.stringContaining('give "--yes"')])
    expect(new Set(await left())).toEqual(new Set(ALL))
  })
})

it(`collects ${MANY} entries of a deployment a thousand a request`, async () => {
  await putEntries(
    server,
    { bucket, prefix: 'many/' },
    manyEntries(() => ({ kind: 'page', deployment: 'dead' })),
  )
  await beat('dead', 24 * 8, 'many/')
  server.requests.clear()
  await json('many/', 'gc', '--yes')
  expect(server.requests.count({ operation: 'DeleteObjects' })).toBe(LISTINGS)
  // Twice: to tell what there is, and to delete it. Each once more, where the last page ends.
  expect(server.requests.count({ operation: 'ListObjectsV2', keyPrefix: 'many/v1/entries/' })).toBeLessThanOrEqual(
    2 * LISTINGS + 2,
  )
  expect(await json('many/', 'ls')).toEqual([])
})
