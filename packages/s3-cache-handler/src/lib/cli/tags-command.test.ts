import { expect, it } from 'vitest'
import { LISTINGS, MANY, manyEntries } from '../../../test/many-entries.ts'
import { putEntries } from '../../../test/put-entry.ts'
import { forgetCaches } from '../../../test/forget-caches.ts'
import { openCommandBench } from '../../../test/run-command.ts'
import { createS3Cache } from '../../cache.ts'
import { headerSafe } from '../header-safe.ts'

const { server, bucket, run, json } = await openCommandBench()

it('counts the entries of each tag, and tells when it was last invalidated, and how', async () => {
  const long = 'l'.repeat(200)
  await putEntries(server, { bucket, prefix: 'shop/' }, [
    { kind: 'data', key: 'a', tags: ['hard', 'soft', 'ab'] },
    { kind: 'data', key: 'b', tags: ['soft', headerSafe('ü'), long, '_N_T_/b'] },
    { kind: 'page', deployment: 'd1', key: '/p', tags: ['soft', 'ab-c'] },
  ])
  const cache = createS3Cache({ bucket, prefix: 'shop/', endpoint: server.url, log: 'silent' })
  const before = Date.now() - 1000
  await cache.revalidateTag(['hard', 'unused', '_N_T_/b'])
  await cache.revalidateTag('soft', { mode: 'stale', expireSeconds: 60 })
  forgetCaches()
  const tags = await json('shop/', 'tags')
  const folder = expect.stringMatching(/^l+\+[0-9a-f]{64}$/)
  const none = { invalidatedAt: null, invalidation: null }
  expect(new Set(tags)).toEqual(
    new Set([
      { tag: 'hard', entries: 1, invalidatedAt: expect.any(String), invalidation: 'hard' },
      { tag: 'soft', entries: 3, invalidatedAt: expect.any(String), invalidation: 'soft' },
      { tag: 'ab', entries: 1, ...none },
      { tag: 'ab-c', entries: 1, ...none },
      { tag: '%C3%BC', entries: 1, ...none },
      { tag: null, folder, entries: 1, ...none },
    ]),
  )
  const at = Date.parse(String(tags.find(({ tag }) => tag === 'hard')?.['invalidatedAt']))
  expect(at > before && at < Date.now() + 2000).toBe(true)
  expect(await json('shop/', 'tags', '--tag', 'unused')).toMatchObject([{ entries: 0, invalidation: 'hard' }])
  expect(await json('shop/', 'tags', '--tag', '_N_T_/b')).toMatchObject([{ entries: 0, invalidation: 'hard' }])
  expect(await json('shop/', 'tags', '--tag', 'ü')).toMatchObject([{ tag: '%C3%BC', entries: 1 }])
  expect(await json('shop/', 'tags', '--tag', long)).toMatchObject([{ tag: long, entries: 1 }])
  expect(await json('empty/', 'tags')).toEqual([])
  const [, table] = await run('shop/', 'tags')
  expect(table).toMatch(/^ENTRIES INVALIDATED +TAG$/m)
  expect(table).toMatch(/^ +3 \d+s ago, soft +soft$/m)
  expect(table).toMatch(/^ +1 - +ab$/m)
})

it(`counts ${MANY} entries by as many requests as they have thousands`, async () => {
  await putEntries(
    server,
    { bucket, prefix: 'many/' },
    manyEntries((index) => ({ tags: [`t${index % 2}`] })),
  )
  server.requests.clear()
  const tags = await json('many/', 'tags')
  expect(tags.map(({ tag, entries: count }) => [tag, count])).toEqual([
    ['t0', MANY / 2],
    ['t1', MANY / 2],
  ])
  expect(server.requests.count({ operation: 'ListObjectsV2', keyPrefix: 'many/v1/index/' })).toBe(LISTINGS)
})
