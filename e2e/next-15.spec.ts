import { setTimeout as sleep } from 'node:timers/promises'
import { invalidate } from './lib/invalidate.ts'
import { renderOn, settled } from './lib/render-on.ts'
import { seen } from './lib/seen.ts'
import { expect, test } from './lib/test.ts'
import { visitFromBucket } from './lib/visit-from-bucket.ts'

// Next 15.5 with the fixture of the other tests, without what only Next 16 has: soft tags, updateTag, images.
test.use({ buildName: 'isr15' })

for (const kind of ['forever', 'fetch', 'unstable', 'bytes', 'legacy']) {
  test(`Next 15.5: one render of /${kind} serves both instances`, async ({ fleet: { a, b, bucket, origin } }) => {
    const path = `/${kind}/of-15`
    const first = await renderOn(a, path, bucket)
    expect(first).toMatchObject({ status: 200, hits: 1 })
    const onB = await visitFromBucket(b, path, bucket, { status: 200, hits: 1 })
    if (kind === 'bytes') expect(onB.body.equals(first.body)).toBe(true)
    expect(origin.hits(`${kind}/of-15`)).toBe(1)
  })
}

test('Next 15.5: notFound and redirects are shared', async ({ fleet: { a, b, bucket, origin } }) => {
  for (const [path, status] of [
    ['missing/of-15', 404],
    ['moved/of-15', 307],
    ['legacy/gone-of-15', 404],
    ['legacy/moved-of-15', 307],
  ] as const) {
    expect(await renderOn(a, `/${path}`, bucket), path).toMatchObject({ status })
    expect(await b.visit(`/${path}`), path).toMatchObject({ status })
    expect(origin.hits(path)).toBe(1)
  }
})

test('Next 15.5: B serves what only A rendered for its whole `revalidate` time without a render', async ({ fleet }) => {
  const { a, b, bucket, origin } = fleet
  const path = '/lasting/of-15'
  expect(await renderOn(a, path, bucket)).toMatchObject({ hits: 1 })
  for (let visit = 0; visit < 8; visit++) {
    expect(await b.visit(path)).toMatchObject({ cache: 'HIT', hits: 1 })
    await sleep(400)
  }
  expect(origin.hits('lasting/of-15')).toBe(1)
})

test('Next 15.5: after `revalidate` a page is stale once, then fresh, and A takes over what B made', async ({
  fleet,
}) => {
  const { a, b, bucket, origin } = fleet
  const path = '/isr/of-15'
  expect(await renderOn(a, path, bucket)).toMatchObject({ hits: 1 })
  await sleep(2300)
  expect(await b.visit(path)).toMatchObject({ cache: 'STALE', hits: 1 })
  await expect.poll(async () => (await b.visit(path)).hits).toBe(2)
  await settled(bucket)
  await expect.poll(async () => (await a.visit(path)).hits).toBe(2)
  expect(origin.hits('isr/of-15')).toBe(2)
})

test('Next 15.5: an invalidation on A is true on B, by tag and by path', async ({ fleet: { a, b, bucket } }) => {
  for (const instance of [a, b]) expect(await instance.visit('/tagged/of-15')).toMatchObject({ data: 1 })
  await settled(bucket)
  await (
    await invalidate(a, bucket, 'hard', 'tag-of-15')
  ).acknowledged
  const fresh = await a.visit('/tagged/of-15')
  expect(fresh).toMatchObject({ data: 2 })
  await settled(bucket)
  await seen()
  expect(await b.visit('/tagged/of-15')).toMatchObject({ data: 2, render: fresh.render })

  expect(await renderOn(a, '/forever/by-path-15', bucket)).toMatchObject({ hits: 1 })
  expect(await b.visit('/forever/by-path-15')).toMatchObject({ hits: 1 })
  await (
    await invalidate(a, bucket, 'path', '/forever/by-path-15')
  ).acknowledged
  await seen()
  expect(await b.visit('/forever/by-path-15')).toMatchObject({ hits: 2 })
})

test('Next 15.5: a value of `use cache` that A made is not made again by B, until it is invalidated', async ({
  fleet: { a, b, bucket, origin },
}) => {
  const [path, control] = ['/cached/use-cache-15', '/cached/control-15']
  for (const each of [path, control]) {
    expect(await renderOn(a, each, bucket)).toMatchObject({ status: 200, hits: 1, data: 1 })
    await visitFromBucket(b, each, bucket, { status: 200, hits: 1, data: 1 })
  }
  const ways = [['hard', 'tag-use-cache-15'] as const, ['path', path] as const]
  for (const [round, [how, subject]] of ways.entries()) {
    await (
      await invalidate(a, bucket, how, subject)
    ).acknowledged
    const expected = { hits: round + 2, data: round + 2 }
    expect(await renderOn(a, path, bucket), how).toMatchObject(expected)
    await seen()
    expect(await b.visit(path), how).toMatchObject(expected)
  }
  expect([origin.hits('cached/use-cache-15'), origin.hits('remote/use-cache-15')]).toEqual([3, 3])
  for (const instance of [a, b]) expect(await instance.visit(control)).toMatchObject({ hits: 1, data: 1 })
})

test('Next 15.5: after a restart a page is still a HIT', async ({
  fleet: { bucket, build, env, origin, a },
  stage,
}) => {
  const first = await renderOn(a, '/forever/restart-15', bucket)
  const c = await stage.instance({ name: 'C', build, env })
  expect(await c.visit('/forever/restart-15')).toMatchObject({ cache: 'HIT', render: first.render })
  expect(origin.hits('forever/restart-15')).toBe(1)
})
