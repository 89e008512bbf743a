import { cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isExternal, type Bucket } from './lib/bucket.ts'
import { buildApp, type BuiltApp } from './lib/build-app.ts'
import { BUILDS } from './lib/builds.ts'
import { invalidate } from './lib/invalidate.ts'
import { objectsIn } from './lib/objects.ts'
import type { Origin } from './lib/origin.ts'
import { settled } from './lib/render-on.ts'
import { Stage, type Instance } from './lib/stage.ts'
import { seen } from './lib/seen.ts'
import { expect, test } from './lib/test.ts'

const stage = new Stage()
let build: BuiltApp
let bucket: Bucket
let origin: Origin
let env: Readonly<Record<string, string>>
let a: Instance
let b: Instance

test.beforeAll(async () => {
  ;[build, bucket, origin] = await Promise.all([buildApp(BUILDS.prerendered), stage.bucket(), stage.origin()])
  env = { ...bucket.env, ORIGIN_URL: origin.url }
  a = await stage.instance({ name: 'A', build, env })
  b = await stage.instance({ name: 'B', build, env })
})
test.afterAll(() => stage.close())

const entriesOf = async (path: string): Promise<string[]> =>
  [...(await objectsIn(bucket)).keys()].filter((key) => key.includes('v1/entries/') && key.endsWith(`/$${path}`))

const PAGES: readonly { readonly path: string; readonly status: number; readonly key?: string }[] = [
  { path: '/', status: 200, key: '/index' },
  { path: '/posts/hit', status: 200 },
  { path: '/posts/%C3%BC', status: 200 },
  { path: '/posts/gone', status: 404 },
  { path: '/feed', status: 200 },
  { path: '/moved', status: 307 },
  { path: '/legacy/hit', status: 200 },
]

for (const { path, status } of PAGES) {
  test(`${path} is a HIT on the first request after a deploy, of the build's own render`, async () => {
    const first = await a.visit(path)
    expect(first).toMatchObject({ status, cache: 'HIT' })
    const onB = await b.visit(path)
    expect(onB).toMatchObject({ status, cache: 'HIT', render: first.render })
    expect([first.hits ?? 0, onB.hits ?? 0, origin.hits(decodeURIComponent(path.slice(1) || 'home'))]).toEqual([
      0, 0, 0,
    ])
    expect(onB.body.equals(first.body)).toBe(true)
  })
}

test('the build does not take the whole project for what the handler may read', () => {
  expect(build.log).toContain('Compiled successfully')
  expect(build.log).not.toContain('tracing of the whole project')
})

test('a page that the build does not have is rendered, by the control of all of this', async () => {
  expect(await a.visit('/posts/later')).toMatchObject({ status: 200, cache: 'MISS', hits: 1 })
  expect(await a.visit('/legacy/later')).toMatchObject({ status: 200, cache: 'MISS', hits: 1 })
})

test('notFound of getStaticProps stays not found, and is rendered at most once', async () => {
  expect(await a.visit('/legacy/gone')).toMatchObject({ status: 404 })
})

test('the payload of a client navigation and the data of a page come from the build, too', async () => {
  const payload = await b.visit('/posts/prefetched', { headers: { rsc: '1' }, redirect: 'follow' })
  expect(payload).toMatchObject({ status: 200, hits: 0 })
  expect(payload.headers.get('content-type')).toContain('text/x-component')
  const data = await b.visit(`/_next/data/${build.id}/legacy/hit.json`)
  expect(JSON.parse(data.body.toString())).toMatchObject({ pageProps: { slug: 'hit', hits: 0 } })
  expect([origin.hits('posts/prefetched'), origin.hits('legacy/hit')]).toEqual([0, 0])
})

test('every segment that a browser prefetches comes from the build', async () => {
  const asked: string[] = []
  for (const path of ['/index', '/posts/hit', '/posts/prefetched']) {
    const meta = JSON.parse(readFileSync(join(build.dir, `.next/server/app${path}.meta`), 'utf8')) as {
      readonly segmentPaths?: readonly string[]
    }
    for (const segment of meta.segmentPaths ?? []) {
      const headers = { rsc: '1', 'next-router-prefetch': '1', 'next-router-segment-prefetch': segment }
      const answer = await b.visit(path === '/index' ? '/' : path, { headers, redirect: 'follow' })
      expect(answer, `${path} ${segment}`).toMatchObject({ status: 200, cache: 'HIT' })
      expect(answer.headers.get('content-type')).toContain('text/x-component')
      asked.push(segment)
    }
  }
  expect(asked.length).toBeGreaterThan(6)
  expect([origin.hits('home'), origin.hits('posts/hit'), origin.hits('posts/prefetched')]).toEqual([0, 0, 0])
})

test('what the build has is stored, once, and found there by who has lost the build’s', async () => {
  const path = '/posts/shared'
  const puts = (): number => bucket.requests.count({ operation: 'PutObject', keyPattern: `/$${path}` })
  await Promise.all([a.visit(path), b.visit(path), a.visit(path)])
  await settled(bucket)
  expect(await entriesOf(path)).toHaveLength(1)
  const before = puts()
  await Promise.all([a.visit(path), b.visit(path)])
  await settled(bucket)
  expect(puts()).toBe(before)
})

test('an invalidation outranks the build, on an instance that had the page and on one that had not', async () => {
  expect(await a.visit('/posts/tagged')).toMatchObject({ cache: 'HIT', hits: 0 })
  await (
    await invalidate(a, bucket, 'hard', 'tag-tagged')
  ).acknowledged
  expect(await a.visit('/posts/tagged')).toMatchObject({ cache: 'MISS', hits: 1 })
  await settled(bucket)
  await seen()
  expect(await b.visit('/posts/tagged')).toMatchObject({ cache: 'HIT', hits: 1 })

  await (
    await invalidate(a, bucket, 'soft', 'tag-tagged-soft')
  ).acknowledged
  await seen()
  expect(await b.visit('/posts/tagged-soft')).toMatchObject({ cache: 'STALE', hits: 0 })
  await expect.poll(async () => (await b.visit('/posts/tagged-soft')).hits).toBe(1)
})

test('a clear outranks the build', async () => {
  expect(await b.visit('/posts/cleared')).toMatchObject({ cache: 'HIT', hits: 0 })
  await settled(bucket)
  const clear = { method: 'POST', body: JSON.stringify({ path: '/posts/cleared', wholeBucket: true }) }
  expect(await a.visit('/api/clear', clear)).toMatchObject({ status: 200 })
  await seen()
  expect(await b.visit('/posts/cleared')).toMatchObject({ cache: 'MISS', hits: 1 })
  await settled(bucket)
  expect(await a.visit('/posts/cleared')).toMatchObject({ cache: 'HIT', hits: 1 })
})

test('a new instance of the same build finds what was rendered since, and not the build’s', async () => {
  await (
    await invalidate(a, bucket, 'hard', 'tag-prefetched')
  ).acknowledged
  const fresh = await a.visit('/posts/prefetched')
  expect(fresh).toMatchObject({ cache: 'MISS', hits: 1 })
  await settled(bucket)
  const c = await stage.instance({ name: 'C', build, env })
  expect(await c.visit('/posts/prefetched')).toMatchObject({ cache: 'HIT', render: fresh.render })
})

test('a build that left no record of its time is not served: nobody could tell what outranks it', async () => {
  test.skip(isExternal, 'needs a bucket of its own')
  const own = await stage.bucket()
  const unrecorded = { dir: `${build.dir}-unrecorded`, env: {} }
  cpSync(build.dir, unrecorded.dir, { recursive: true, verbatimSymlinks: true })
  rmSync(join(unrecorded.dir, '.next/server/pages/s3-cache-build.json'))
  const instance = await stage.instance({ name: 'U', build: unrecorded, env: { ...own.env, ORIGIN_URL: origin.url } })
  expect(await instance.visit('/posts/down')).toMatchObject({ status: 200, cache: 'MISS' })
})
