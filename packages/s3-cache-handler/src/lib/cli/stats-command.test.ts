import { expect, it } from 'vitest'
import { LISTINGS, MANY, manyEntries } from '../../../test/many-entries.ts'
import { putEntries } from '../../../test/put-entry.ts'
import { openCommandBench } from '../../../test/run-command.ts'

const { server, bucket, run, json } = await openCommandBench()

it('sums up all objects of the prefix by what they are for, and no other', async () => {
  const prefix = 'shop/'
  await putEntries(server, { bucket, prefix }, [
    { kind: 'page', deployment: 'd1', key: '/a', tags: ['t', 'u'] },
    { kind: 'page', deployment: 'd1', key: '/b' },
    { kind: 'page', deployment: 'd2', key: '/a' },
    { kind: 'data', key: 'k', tags: ['t'] },
  ])
  const foreign = ['shop/other', 'shop/v2/x', 'shop2/v1/entries/~shared/data/x']
  const ours = ['v1/tags/bell', 'v1/leases/x', 'v1/deploys/d1', 'v1/entries/~shared/newer/x', 'v1/newer']
  await server.import(
    bucket,
    [...foreign, ...ours.map((key) => prefix + key)].map((key) => ({ key, body: '12345' })),
  )
  const sums = await json(prefix, 'stats')
  const counted = sums.map(({ of, deployment, objects }) => [of, deployment, objects].join(' '))
  expect(new Set(counted)).toEqual(
    new Set(['page d1 2', 'page d2 1', 'data  1', 'index  3', 'tags  1', 'leases  1', 'deploys  1', 'other  2']),
  )
  expect(sums.find(({ of }) => of === 'other')).toEqual({
    of: 'other',
    deployment: null,
    objects: 2,
    bytes: 10,
    oldestAt: expect.stringMatching(/Z$/),
    newestAt: expect.stringMatching(/Z$/),
  })
  const [code, table] = await run(prefix, 'stats')
  expect(code).toBe(0)
  expect(table).toMatch(/^page +2 +\d+ B +\ds ago +\ds ago +d1$/m)
  expect(table).toMatch(/^12 objects, [\d.]+ K?B, \$0\.00 a month$/m)
})

it(`sums up ${MANY} entries a thousand a request`, async () => {
  await putEntries(server, { bucket, prefix: 'many/' }, manyEntries())
  server.requests.clear()
  expect(await json('many/', 'stats')).toMatchObject([{ of: 'data', objects: MANY }])
  expect([server.requests.count(), server.requests.count({ operation: 'ListObjectsV2' })]).toEqual([LISTINGS, LISTINGS])
})
