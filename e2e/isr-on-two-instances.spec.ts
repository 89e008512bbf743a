import type { Fleet } from './lib/fleet.ts'
import { renderOn } from './lib/render-on.ts'
import { expect, test } from './lib/test.ts'
import { visitFromBucket } from './lib/visit-from-bucket.ts'

const cache = { tag: '@cache' }
const crossInstance = { tag: ['@cache', '@cross-instance'] }

test('every kind of page is answered by both instances', { tag: '@control' }, async ({ fleet }) => {
  const paths = ['/', '/forever/control', '/fetch/control', '/unstable/control', '/bytes/control', '/legacy/control']
  for (const instance of [fleet.a, fleet.b]) {
    for (const path of paths) expect(await instance.visit(path), path).toMatchObject({ status: 200 })
  }
})

test('one render serves both instances', crossInstance, async ({ fleet: { a, b, bucket, origin } }) => {
  const path = '/forever/one-render'
  const first = await renderOn(a, path, bucket)
  expect(first).toMatchObject({ status: 200, cache: 'MISS', hits: 1 })

  const onB = await visitFromBucket(b, path, bucket, { status: 200, cache: 'HIT', hits: 1, render: first.render })
  expect(onB.body.equals((await a.visit(path)).body)).toBe(true)
  expect(origin.hits('forever/one-render')).toBe(1)
})

test('a client navigation on B gets the payload of the page that A rendered', crossInstance, async ({ fleet }) => {
  const { a, b, bucket, origin } = fleet
  const path = '/forever/payload'
  const first = await renderOn(a, path, bucket)
  const expected = { status: 200, cache: 'HIT', hits: 1, render: first.render }
  const asPayload = { headers: { rsc: '1' }, redirect: 'follow' } as const
  const payload = await visitFromBucket(b, path, bucket, expected, asPayload)
  expect(payload.headers.get('content-type')).toContain('text/x-component')
  expect(origin.hits('forever/payload')).toBe(1)
})

test('a Pages Router page that A rendered is a HIT on B, as HTML and as data', crossInstance, async ({ fleet }) => {
  const { a, b, bucket, build, origin } = fleet
  const path = '/legacy/shared'
  expect(await renderOn(a, path, bucket)).toMatchObject({ status: 200, cache: 'MISS', hits: 1 })
  await visitFromBucket(b, path, bucket, { status: 200, cache: 'HIT', hits: 1 })

  const data = await b.visit(`/_next/data/${build.id}/legacy/shared.json`)
  expect(JSON.parse(data.body.toString())).toMatchObject({ pageProps: { slug: 'shared', hits: 1 } })
  expect(origin.hits('legacy/shared')).toBe(1)
})

test('a fetch that A made is not made again by B', crossInstance, async ({ fleet: { a, b, bucket, origin } }) => {
  expect(await renderOn(a, '/fetch/shared', bucket)).toMatchObject({ status: 200, hits: 1 })
  await visitFromBucket(b, '/fetch/shared', bucket, { status: 200, hits: 1 })
  expect(await a.visit('/fetch/shared')).toMatchObject({ status: 200, hits: 1 })
  expect(origin.hits('fetch/shared')).toBe(1)
})

test('a function in unstable_cache that A ran is not run again by B', crossInstance, async ({ fleet }) => {
  const { a, b, bucket, origin } = fleet
  expect(await renderOn(a, '/unstable/shared', bucket)).toMatchObject({ status: 200, hits: 1 })
  await visitFromBucket(b, '/unstable/shared', bucket, { status: 200, hits: 1 })
  expect(origin.hits('unstable/shared')).toBe(1)
})

test('a binary body is the same, byte for byte, on both instances', crossInstance, async ({ fleet }) => {
  const { a, b, bucket, origin } = fleet
  const first = await renderOn(a, '/bytes/shared', bucket)
  expect(first).toMatchObject({ status: 200, cache: 'MISS' })
  expect([...first.body.subarray(0, 256)]).toEqual(Array.from({ length: 256 }, (_, byte) => byte))

  const onB = await visitFromBucket(b, '/bytes/shared', bucket, { status: 200, cache: 'HIT' })
  for (const again of [onB, await a.visit('/bytes/shared')]) {
    expect(again.cache).toBe('HIT')
    expect(again.headers.get('content-type')).toBe('application/octet-stream')
    expect(again.body.equals(first.body)).toBe(true)
  }
  expect(origin.hits('bytes/shared')).toBe(1)
})

test('notFound() of the App Router on A is a HIT on B', crossInstance, async ({ fleet }) => {
  await expectSharedOutcome(fleet, '/missing/shared', { status: 404, location: null })
})

test('redirect() of the App Router on A is a HIT on B', crossInstance, async ({ fleet }) => {
  await expectSharedOutcome(fleet, '/moved/shared', { status: 307, location: '/forever/shared' })
})

test('notFound of getStaticProps on A is a HIT on B', crossInstance, async ({ fleet }) => {
  // What answers then is the page for "not found", which the build has rendered.
  await expectSharedOutcome(fleet, '/legacy/gone-shared', { status: 404, location: null, first: 'HIT' })
})

test('redirect of getStaticProps on A is a HIT on B', crossInstance, async ({ fleet }) => {
  await expectSharedOutcome(fleet, '/legacy/moved-shared', { status: 307, location: '/forever/moved-shared' })
})

test('an image that A optimised is a HIT on B', crossInstance, async ({ fleet: { a, b, bucket } }) => {
  const path = '/_next/image?url=%2Fphoto.png&w=32&q=75'
  const headers = { accept: 'image/webp' }
  const first = await renderOn(a, path, bucket, { headers })
  expect(first).toMatchObject({ status: 200, cache: 'MISS' })
  const onB = await visitFromBucket(b, path, bucket, { status: 200, cache: 'HIT' }, { headers })
  expect(onB.headers.get('content-type')).toBe('image/webp')
  expect(onB.body.equals(first.body)).toBe(true)
})

test('1,000 warm hits cost no object request', cache, async ({ fleet }) => {
  const { a, bucket, origin, tagRefreshMs } = fleet
  const path = '/forever/warm'
  const ofTags = (): number => bucket.requests.count({ keyPrefix: 'v1/tags/' })
  const ofEntries = (): number => bucket.requests.count() - ofTags()
  const before = ofEntries()
  expect(await renderOn(a, path, bucket)).toMatchObject({ cache: 'MISS' })
  expect(await a.visit(path)).toMatchObject({ cache: 'HIT' })
  const warm = { ofEntries: ofEntries(), ofTags: ofTags(), at: performance.now() }
  expect(warm.ofEntries).toBeGreaterThan(before)

  const answers = []
  for (let batch = 0; batch < 50; batch += 1) {
    answers.push(...(await Promise.all(Array.from({ length: 20 }, () => a.visit(path)))))
  }
  expect(answers.filter(({ status, cache }) => status === 200 && cache === 'HIT')).toHaveLength(1000)
  expect(ofEntries() - warm.ofEntries).toBe(0)
  const elapsedMs = performance.now() - warm.at
  expect(ofTags() - warm.ofTags).toBeLessThanOrEqual(elapsedMs / tagRefreshMs + 1)
  expect(origin.hits('forever/warm')).toBe(1)
})

test('after a restart of both instances a page is still a HIT', crossInstance, async ({ fleet, stage }) => {
  const { bucket, build, env, origin } = fleet
  const start = () => Promise.all(['C', 'D'].map((name) => stage.instance({ name, build, env })))
  const before = await start()
  const first = await renderOn(before[0]!, '/forever/restart', bucket)
  expect(first).toMatchObject({ cache: 'MISS', hits: 1 })
  for (const instance of before) expect(await instance.stop()).toMatchObject({ signal: null })

  for (const instance of await start()) {
    await visitFromBucket(instance, '/forever/restart', bucket, { cache: 'HIT', hits: 1, render: first.render })
  }
  expect(origin.hits('forever/restart')).toBe(1)
})

async function expectSharedOutcome(
  { a, b, bucket, origin }: Fleet,
  path: string,
  expected: { readonly status: number; readonly location: string | null; readonly first?: 'MISS' | 'HIT' },
): Promise<void> {
  const { status, location, first: cache = 'MISS' } = expected
  const first = await renderOn(a, path, bucket)
  expect(first).toMatchObject({ status, cache })
  const onB = await visitFromBucket(b, path, bucket, { status, cache: 'HIT' })
  // Next names it twice on a MISS of the App Router.
  expect(first.headers.get('location')?.split(', ')[0] ?? null).toBe(location)
  expect(onB.headers.get('location')).toBe(location)
  expect(origin.hits(path.slice(1))).toBe(1)
}
