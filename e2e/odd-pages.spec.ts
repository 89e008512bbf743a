import { setTimeout as sleep } from 'node:timers/promises'
import type { Bucket } from './lib/bucket.ts'
import { invalidate, revalidateOnDemand } from './lib/invalidate.ts'
import { hashOf, objectsIn } from './lib/objects.ts'
import { renderNew } from './lib/render-new.ts'
import { settled } from './lib/render-on.ts'
import { below, inShop } from './lib/shop.ts'
import { seen } from './lib/seen.ts'
import { expect, test } from './lib/test.ts'
import { visitFromBucket } from './lib/visit-from-bucket.ts'

// Pages that are drafts, not always there, empty or very large.
test.use({ buildName: 'corners' })

const entriesOf = async (bucket: Bucket): Promise<string> => hashOf(await objectsIn(bucket, 'v1/entries/'), () => true)
const readsOf = ({ requests }: Bucket): number => requests.count({ operation: 'GetObject', keyPattern: 'v1/entries/' })

test('a draft is rendered at every request, and leaves what visitors see alone', async ({ fleet }) => {
  const { a, b, bucket, origin } = inShop(fleet)
  const path = '/forever/draft'
  const first = await renderNew(a, path, bucket)
  expect(await b.visit(path)).toMatchObject({ cache: 'HIT', hits: 1 })
  const { headers } = await a.visit('/api/draft', { method: 'POST' })
  const [cookie = ''] = headers.getSetCookie().map((each) => each.split(';')[0])
  const before = { entries: await entriesOf(bucket), reads: readsOf(bucket) }

  for (const [index, instance] of [a, b, a].entries()) {
    const draft = await instance.visit(path, { headers: { cookie } })
    expect(draft).toMatchObject({ status: 200, hits: index + 2, data: index + 2 })
    expect(draft.body.toString()).toContain('Draft of draft')
  }
  await settled(bucket)
  expect({ entries: await entriesOf(bucket), reads: readsOf(bucket) }).toEqual(before)
  for (const instance of [a, b]) {
    expect(await instance.visit(path)).toMatchObject({ cache: 'HIT', hits: 1, render: first.render })
  }
  expect(origin.hits('forever/draft')).toBe(4)
})

test('with dynamicParams = false and fallback: false a crawler renders and stores nothing', async ({ fleet }) => {
  const { a, b, bucket, origin } = inShop(fleet)
  for (const instance of [a, b]) {
    for (const path of ['/closed/known', '/known/one', '/fr/known/one']) {
      expect(await instance.visit(path), path).toMatchObject({ status: 200, cache: 'HIT', hits: 0 })
    }
    expect(await instance.visit('/closed/unknown')).toMatchObject({ status: 404 })
  }
  await settled(bucket)
  const before = await entriesOf(bucket)
  const unknown = Array.from({ length: 10 }, (_, index) => [`closed/${index}`, `known/${index}`]).flat()
  for (const path of unknown) {
    for (const instance of [a, b]) expect(await instance.visit(`/${path}`), path).toMatchObject({ status: 404 })
  }
  await settled(bucket)
  expect(await entriesOf(bucket)).toBe(before)
  expect(unknown.filter((path) => origin.hits(path.replace('known/', 'known/en/')) > 0)).toEqual([])

  const { acknowledged } = await invalidate(a, bucket, 'path', '/closed/known', '/closed/unknown')
  await acknowledged
  await seen()
  expect(await b.visit('/closed/known')).toMatchObject({ status: 200, cache: 'MISS', hits: 1 })
  expect(await b.visit('/closed/unknown')).toMatchObject({ status: 404 })
  await settled(bucket)
  expect(await a.visit('/closed/known')).toMatchObject({ status: 200, cache: 'HIT', hits: 1 })
  expect(origin.hits('closed/unknown')).toBe(0)
})

test('where generateStaticParams names no page, the first request renders it and B has it', async ({ fleet }) => {
  const { a, b, bucket, origin } = inShop(fleet)
  expect(await renderNew(a, '/found/first', bucket)).toMatchObject({ status: 200, cache: 'MISS', hits: 1 })
  await visitFromBucket(b, '/found/first', bucket, { status: 200, cache: 'HIT', hits: 1 })
  expect(origin.hits('found/first')).toBe(1)
})

test('fallback: true shows the shell until the data are asked for, and then the page on both', async ({ fleet }) => {
  const { a, b, bucket, build, origin } = inShop(fleet)
  const path = '/shell/one'
  for (const instance of [a, b]) {
    const shell = await instance.visit(path)
    expect(shell).toMatchObject({ status: 200, hits: undefined })
    expect(shell.body.toString()).toContain('<p>The shell</p>')
  }
  await settled(bucket)
  const stored = async (): Promise<number> =>
    [...(await objectsIn(bucket)).keys()].filter((key) => key.endsWith(`/$/en${path}`)).length
  expect([await stored(), origin.hits('shell/en/one')]).toEqual([0, 0])

  const data = await a.visit(`/_next/data/${build.id}/en${path}.json`)
  expect(JSON.parse(data.body.toString())).toMatchObject({ pageProps: { slug: 'one', hits: 1 } })
  await expect.poll(stored).toBe(1)
  await settled(bucket)
  for (const instance of [b, a]) {
    expect(await instance.visit(path)).toMatchObject({ status: 200, cache: 'HIT', hits: 1 })
  }
  const { acknowledged } = await revalidateOnDemand(a, bucket, path)
  await acknowledged
  await seen()
  expect(await b.visit(path)).toMatchObject({ status: 200, cache: 'HIT', hits: 2 })
  expect(origin.hits('shell/en/one')).toBe(2)
})

for (const [route, key] of [
  ['/found', 'found'],
  ['/legacy', 'legacy/en'],
] as const) {
  test(`${route}: what is not found is found after an invalidation on either, and gone after the next`, async ({
    fleet,
  }) => {
    const { a, b, bucket, origin } = inShop(fleet)
    const path = `${route}/flips-by-path`
    expect(await renderNew(a, path, bucket)).toMatchObject({ status: 404 })
    expect(await b.visit(path)).toMatchObject({ status: 404, cache: 'HIT' })
    expect(origin.hits(`${key}/flips-by-path`)).toBe(1)
    for (const [index, [by, first, then]] of (
      [
        [a, b, a],
        [b, a, b],
      ] as const
    ).entries()) {
      const { acknowledged } = await invalidate(by, bucket, 'path', path)
      await acknowledged
      await seen()
      const status = index === 0 ? 200 : 404
      expect(await first.visit(path)).toMatchObject({ status })
      await settled(bucket)
      expect(await then.visit(path)).toMatchObject({ status, cache: 'HIT' })
      expect(origin.hits(`${key}/flips-by-path`)).toBe(index + 2)
    }
  })
}

test('what is not found is found on both once its time is over, and the other way round', async ({ fleet }) => {
  const { a, b, bucket } = inShop(fleet)
  const paths = ['/found-2s/appears-', '/found-2s/vanishes-', '/legacy/appears-2s', '/legacy/vanishes-2s']
  const isThere = (path: string, isOver: boolean): boolean => path.includes('appears') === isOver
  for (const path of paths) {
    const status = isThere(path, false) ? 200 : 404
    expect(await renderNew(a, path, bucket), path).toMatchObject({ status })
    expect(await b.visit(path), path).toMatchObject({ status, cache: expect.stringMatching(/^(HIT|STALE)$/) })
  }
  await sleep(2300)
  for (const instance of [b, a]) {
    for (const path of paths) {
      await expect.poll(async () => (await instance.visit(path)).status, path).toBe(isThere(path, true) ? 200 : 404)
    }
  }
})

test('bodies without a byte are shared like others', async ({ fleet }) => {
  const { a, b, bucket, origin } = inShop(fleet)
  for (const [name, type] of Object.entries({ text: 'text/plain', bytes: 'application/octet-stream' })) {
    const path = `/empty/${name}`
    expect(await renderNew(a, path, bucket)).toMatchObject({ status: 200, cache: 'MISS', hits: 1 })
    const onB = await visitFromBucket(b, path, bucket, { status: 200, cache: 'HIT', hits: 1 })
    expect([onB.body.length, onB.headers.get('content-type')]).toEqual([0, type])
    expect(origin.hits(`empty/${name}`)).toBe(1)
  }
  // Next gives what it has rendered an empty body, which no 204 may have, and fails: whatever the cache is.
  for (const instance of [a, b]) expect(await instance.visit('/empty/nothing')).toMatchObject({ status: 500 })

  const fetched = await renderNew(a, '/sized-fetch/0/empty', bucket)
  expect(factsOf(fetched)).toContain('status 200, length 0,')
  expect(factsOf(await visitFromBucket(b, '/sized-fetch/0/empty', bucket, {}))).toBe(factsOf(fetched))
  expect(origin.hits('sized/empty')).toBe(1)
})

test('3 MB that A has fetched are not fetched again by B, until their path is invalidated', async ({ fleet }) => {
  const { a, b, bucket, origin } = inShop(fleet)
  const path = '/sized-fetch/3000000/large'
  const first = factsOf(await renderNew(a, path, bucket))
  expect(first).toContain('status 200, length 3000000,')
  expect(factsOf(await visitFromBucket(b, path, bucket, {}))).toBe(first)
  expect(origin.hits('sized/large')).toBe(1)

  const { acknowledged } = await invalidate(a, bucket, 'path', path)
  await acknowledged
  await seen()
  expect(factsOf(await b.visit(path))).not.toBe(first)
  expect(origin.hits('sized/large')).toBe(2)
})

test('20 MB are rendered once and the same on another, also where the memory has no room for them', async ({
  fleet,
  stage,
}) => {
  const { a, b, bucket, build, env, origin } = inShop(fleet)
  const CACHE_MEMORY_MAX_BYTES = '10000000'
  const small = below(await stage.instance({ name: 'C', build, env: { ...env, CACHE_MEMORY_MAX_BYTES } }))
  const readers = {
    '/large/shared': [b],
    // Twice, because it comes out of the bucket the second time, too.
    '/large-bytes/shared': [small, small],
  }
  for (const [path, instances] of Object.entries(readers)) {
    const first = await renderNew(a, path, bucket)
    expect(first, path).toMatchObject({ status: 200, cache: 'MISS', hits: 1 })
    expect(first.body.length).toBeGreaterThan(20_000_000)
    for (const instance of instances) {
      const answer = await visitFromBucket(instance, path, bucket, { status: 200, cache: 'HIT', hits: 1 })
      expect(answer.body.equals(first.body), path).toBe(true)
    }
    expect(origin.hits(path.slice(1))).toBe(1)
  }
})

/** What a page says of the body that it has fetched. */
const factsOf = ({ body }: { readonly body: Buffer }): string | undefined =>
  /status \d+, length \d+, hash \w+/.exec(body.toString())?.[0]
