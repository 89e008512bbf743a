import { isExternal } from './lib/bucket.ts'
import { buildApp } from './lib/build-app.ts'
import { BUILDS } from './lib/builds.ts'
import { expect, test } from './lib/test.ts'

// `next dev` compiles a page when it is first asked for.
test.setTimeout(180_000)

test('next dev keeps values of use cache in the bucket, under a name of its own', async ({ stage }) => {
  test.skip(isExternal, 'looks at the objects of local-s3')
  const [build, bucket, origin] = await Promise.all([buildApp(BUILDS.cacheComponents), stage.bucket(), stage.origin()])
  const env = { ...bucket.env, ORIGIN_URL: origin.url }
  const instance = await stage.instance({ name: 'dev', build, env, mode: 'dev' })
  const first = await instance.visit('/read/cached/of-dev')
  expect(first, instance.logs()).toMatchObject({ status: 200, hits: 1 })
  expect(await instance.visit('/read/cached/of-dev')).toMatchObject({ status: 200, hits: 1 })
  const isKept = (): number =>
    bucket.requests.count({ operation: 'PutObject', keyPrefix: 'v1/entries/development/use-cache/' })
  await expect.poll(isKept).toBeGreaterThan(0)
})

test('next dev without a bucket keeps them in its own memory, and says so once', async ({ stage }) => {
  const [build, origin] = await Promise.all([buildApp(BUILDS.cacheComponents), stage.origin()])
  const instance = await stage.instance({ name: 'dev', build, env: { ORIGIN_URL: origin.url }, mode: 'dev' })
  const first = await instance.visit('/read/cached/of-dev')
  expect(first, instance.logs()).toMatchObject({ status: 200, hits: 1 })
  expect(await instance.visit('/read/cached/of-dev')).toMatchObject({ status: 200, hits: 1 })
  expect(instance.logs().split('No bucket is set').length - 1).toBe(1)
})
