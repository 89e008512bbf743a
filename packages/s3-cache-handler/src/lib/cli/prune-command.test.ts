import { beforeEach, describe, expect, it } from 'vitest'
import { forgetCaches } from '../../../test/forget-caches.ts'
import { LISTINGS, MANY, manyEntries } from '../../../test/many-entries.ts'
import { putEntries } from '../../../test/put-entry.ts'
import { openCommandBench } from '../../../test/run-command.ts'
import { createS3Cache } from '../../cache.ts'

const { server, bucket, run, runWith, json } = await openCommandBench()
const minute = { revalidate: 30, expire: 60 }
const old = { lifetime: minute, lastModified: Date.now() - 3_600_000 }

let prefix = ''
let count = 0
beforeEach(async () => {
  prefix = `p${++count}/`
  await putEntries(server, { bucket, prefix }, [
    { kind: 'page', deployment: 'd1', key: '/old', tags: ['t'], ...old },
    {
      kind: 'page',
      deployment: 'd1',
      key: '/stale',
      tags: ['t'],
      lifetime: { revalidate: 30 },
      lastModified: old.lastModified,
    },
    { kind: 'data', key: 'old', tags: ['t'], ...old },
    { kind: 'data', key: 'new', tags: ['t'], lifetime: minute },
  ])
  await server.import(bucket, [{ key: `${prefix}v1/entries/~shared/data/damaged`, body: 'x' }])
})

const left = async (): Promise<unknown[]> => (await json(prefix, 'ls')).map(({ path, key }) => path ?? key)
const ALL = ['/old', '/stale', 'damaged', 'new', 'old']

describe('s3-cache prune', () => {
  it('deletes what is past its time, with its index, and nothing else', async () => {
    expect(await json(prefix, 'prune', '--yes')).toEqual([
      { scanned: 5, found: 2, deleted: 2, bytes: expect.any(Number) },
    ])
    expect(await left()).toEqual(['/stale', 'damaged', 'new'])
    expect(await json(prefix, 'tags')).toMatchObject([{ tag: 't', entries: 2 }])
  })

  it('deletes what invalidations have taken where it is to read each entry', async () => {
    await createS3Cache({ bucket, prefix, endpoint: server.url, log: 'silent' }).revalidateTag('t')
    forgetCaches()
    expect(await json(prefix, 'prune', '--invalidated', '--kind', 'data', '--yes')).toMatchObject([{ deleted: 2 }])
    expect(await left()).toEqual(['/old', '/stale', 'damaged'])
  })

  it('fails where it may not read, which is no reason to find nothing', async () => {
    const fault = server.faults.add({ fault: { kind: 'status', status: 403 }, operation: 'HeadObject' })
    expect(await run(prefix, 'prune', '--yes')).toEqual([1, '', expect.stringContaining('403')])
    server.faults.remove(fault.id)
  })

  it('only counts with --dry-run, and asks a person', async () => {
    expect(await json(prefix, 'prune', '--dry-run')).toMatchObject([{ found: 2, deleted: 0 }])
    expect((await run(prefix, 'prune', '--dry-run'))[1]).toMatch(/^Would delete 2 entries, \d+ B, of 5\.\n$/)
    expect(await run(prefix, 'prune')).toEqual([2, '', expect.stringContaining('give "--yes"')])
    const asked: string[] = []
    const confirm = (question: string): Promise<boolean> => Promise.resolve(asked.push(question) > 1)
    expect(await runWith({ confirm }, prefix, 'prune')).toEqual([1, 'Nothing was deleted.\n', ''])
    expect(await left()).toEqual(ALL)
    expect((await runWith({ confirm }, prefix, 'prune'))[1]).toBe('Deleted 2 entries, of 5.\n')
    expect(asked).toEqual([expect.stringMatching(/^Delete 2 entries, \d+ B\?$/), expect.any(String)])
  })
})

it(
  `looks at ${MANY} entries by one request each, and deletes a tenth of them`,
  { timeout: 60_000 + 10 * MANY },
  async () => {
    await putEntries(
      server,
      { bucket, prefix: 'many/' },
      manyEntries((index) => (index % 10 === 0 ? old : {})),
    )
    server.requests.clear()
    expect(await json('many/', 'prune', '--yes')).toMatchObject([{ scanned: MANY, deleted: MANY / 10 }])
    const counts = (['ListObjectsV2', 'HeadObject', 'GetObject', 'DeleteObject'] as const).map((operation) =>
      server.requests.count({ operation, keyPrefix: 'many/v1/entries/' }),
    )
    expect(counts).toEqual([LISTINGS, MANY, MANY / 10, MANY / 10])
  },
)
