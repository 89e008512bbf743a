import { buildApp } from './lib/build-app.ts'
import { credentialsEnv } from './lib/bucket.ts'
import { BUCKET, isExternal } from './lib/credentials.ts'
import { renderOn } from './lib/render-on.ts'
import { moveStandalone } from './lib/standalone.ts'
import { expect, test } from './lib/test.ts'

test.skip(isExternal, 'needs a bucket of its own')

test('a standalone build, moved, works with the options of withS3Cache and no environment but credentials', async ({
  stage,
}) => {
  const bucket = await stage.bucket()
  const options = { bucket: BUCKET, endpoint: bucket.url, prefix: 'standalone/' }
  const built = await buildApp({
    app: 'tiny',
    env: { FIXTURE_BUILD: 'standalone', FIXTURE_OUTPUT: 'standalone', FIXTURE_OPTIONS: JSON.stringify(options) },
  })
  // The bucket is there, and `next build` has something to cache; still it must leave it alone.
  expect(bucket.requests.count()).toBe(0)

  const build = { dir: moveStandalone(built), env: {} }
  const start = (name: string) => stage.instance({ name, build, env: credentialsEnv(), mode: 'standalone' })
  const a = await start('A')
  // Its build has moved with it: nothing is in the bucket yet.
  expect(await a.visit('/')).toMatchObject({ status: 200, cache: 'HIT' })
  const first = await renderOn(a, '/story/moved', bucket)
  expect(first).toMatchObject({ status: 200, cache: 'MISS', build: 'standalone' })
  const instance = await start('B')
  expect(await instance.visit('/story/moved')).toMatchObject({ status: 200, cache: 'HIT', render: first.render })
  expect(bucket.requests.count({ operation: 'PutObject', keyPrefix: 'standalone/v1/entries/' })).toBeGreaterThan(0)
})
