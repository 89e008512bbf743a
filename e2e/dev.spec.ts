import { cpSync } from 'node:fs'
import { basename } from 'node:path'
import { isExternal } from './lib/bucket.ts'
import { buildApp, type BuiltApp } from './lib/build-app.ts'
import { BUILDS } from './lib/builds.ts'
import type { Stage } from './lib/stage.ts'
import { expect, test } from './lib/test.ts'

// `next dev` compiles a page when it is first asked for.
test.setTimeout(180_000)

/** Of each bundler, what `pnpm test` runs shows that the handlers work there. */
const long = { tag: '@long' }

test('next dev keeps values of use cache in the bucket, under a name of its own', async ({ stage }) => {
  test.skip(isExternal, 'looks at the objects of local-s3')
  await expectKept(stage, await buildApp(BUILDS.cacheComponents), '/read/cached/of-dev')
})

test('next dev with webpack keeps them there, too', async ({ stage }) => {
  test.skip(isExternal, 'looks at the objects of local-s3')
  await expectKept(stage, await buildApp(BUILDS.cacheComponents), '/read/cached/of-dev', '--webpack')
})

test('next dev of 15.5 keeps them there, too', long, async ({ stage }) => {
  test.skip(isExternal, 'looks at the objects of local-s3')
  const { dir, env } = await buildApp(BUILDS.isr15)
  // It works in the folder of the build, which others have.
  const copy = `${dir}-dev`
  cpSync(dir, copy, { recursive: true, verbatimSymlinks: true, filter: (path) => basename(path) !== '.next' })
  await expectKept(stage, { dir: copy, env }, '/cached/of-dev')
})

test('next dev without a bucket keeps them in its own memory, and says so once', async ({ stage }) => {
  const [build, origin] = await Promise.all([buildApp(BUILDS.cacheComponents), stage.origin()])
  const instance = await stage.instance({ name: 'dev', build, env: { ORIGIN_URL: origin.url }, mode: 'dev' })
  const first = await instance.visit('/read/cached/of-dev')
  expect(first, instance.logs()).toMatchObject({ status: 200, hits: 1 })
  expect(await instance.visit('/read/cached/of-dev')).toMatchObject({ status: 200, hits: 1 })
  expect(instance.logs().split('No bucket is set').length - 1).toBe(1)
})

test('next dev answers on the edge and behind middleware', long, async ({ stage }) => {
  await expectEdge(stage)
})

test('next dev with webpack answers there, too', long, async ({ stage }) => {
  await expectEdge(stage, '--webpack')
})

async function expectKept(
  stage: Stage,
  build: Pick<BuiltApp, 'dir' | 'env'>,
  path: string,
  ...flags: string[]
): Promise<void> {
  const [bucket, origin] = await Promise.all([stage.bucket(), stage.origin()])
  const env = { ...bucket.env, ORIGIN_URL: origin.url }
  const instance = await stage.instance({ name: 'dev', build, env, mode: 'dev', flags })
  const first = await instance.visit(path)
  expect(first, instance.logs()).toMatchObject({ status: 200, hits: 1 })
  expect(await instance.visit(path)).toMatchObject({ status: 200, hits: 1 })
  const isKept = (): number =>
    bucket.requests.count({ operation: 'PutObject', keyPrefix: 'v1/entries/development/use-cache/' })
  await expect.poll(isKept).toBeGreaterThan(0)
}

async function expectEdge(stage: Stage, ...flags: string[]): Promise<void> {
  const [build, bucket] = await Promise.all([buildApp(BUILDS.edge), stage.bucket()])
  const instance = await stage.instance({ name: 'dev', build, env: bucket.env, mode: 'dev', flags })
  const onEdge = await instance.visit('/edge')
  expect(onEdge, instance.logs()).toMatchObject({ status: 200 })
  expect(JSON.parse(onEdge.body.toString())).toEqual({ runtime: 'edge' })
  const { status, headers } = await instance.visit('/story/of-dev')
  expect([status, headers.get('x-middleware-runtime')]).toEqual([200, 'edge'])
}
