import { isExternal } from './lib/credentials.ts'
import { buildApp } from './lib/build-app.ts'
import { BUILDS } from './lib/builds.ts'
import { ourLines } from './lib/our-lines.ts'
import type { Instance } from './lib/stage.ts'
import { moveStandalone } from './lib/standalone.ts'
import { startUntilExit } from './lib/start-until-exit.ts'
import { expect, test } from './lib/test.ts'

test.skip(isExternal, 'needs a bucket of its own')

test('`next start` without a bucket exits and names the setting', async () => {
  const { code, output } = await startUntilExit(await buildApp(BUILDS.configured))
  expect(code, output).toBeGreaterThan(0)
  expect(output).toContain('"bucket"')
  expect(output).toContain('CACHE_S3_BUCKET')
})

test('`next start` with a bad value exits and names the setting and the value', async () => {
  const env = { CACHE_S3_BUCKET: 'any-bucket', CACHE_TIMEOUT_MS: 'abc' }
  const { code, output } = await startUntilExit(await buildApp(BUILDS.configured), env)
  expect(code, output).toBeGreaterThan(0)
  for (const part of ['timeoutMs', 'CACHE_TIMEOUT_MS', 'abc']) expect(output).toContain(part)
})

test('a bare handler without a bucket serves from memory, and says once which setting is missing', async ({
  stage,
}) => {
  const build = await buildApp(BUILDS.bare)
  await expectServedFromMemory(await stage.instance({ name: 'bare', build }), 'CACHE_S3_BUCKET')
})

test('a bare handler with a bad value serves from memory, and says once which setting is wrong', async ({ stage }) => {
  const build = await buildApp(BUILDS.bare)
  const env = { CACHE_S3_BUCKET: 'any-bucket', CACHE_TIMEOUT_MS: 'abc' }
  await expectServedFromMemory(await stage.instance({ name: 'bad-value', build, env }), 'CACHE_TIMEOUT_MS')
})

test('a standalone server without a bucket serves from memory, and says once which setting is missing', async ({
  stage,
}) => {
  const dir = moveStandalone(await buildApp(BUILDS.bareStandalone))
  const instance = await stage.instance({ name: 'standalone', build: { dir, env: {} }, mode: 'standalone' })
  await expectServedFromMemory(instance, 'CACHE_S3_BUCKET')
})

test('CACHE_S3_DISABLED=1 makes every get a miss and every set nothing', async ({ stage }) => {
  const [build, bucket] = await Promise.all([buildApp(BUILDS.configured), stage.bucket()])
  const env = { ...bucket.env, CACHE_S3_DISABLED: '1' }
  const instance = await stage.instance({ name: 'disabled', build, env })
  const visits = [await instance.visit('/story/disabled'), await instance.visit('/story/disabled')]
  for (const visit of visits) expect(visit).toMatchObject({ status: 200, cache: 'MISS' })
  expect(visits[0]!.render).not.toBe(visits[1]!.render)
  expect(bucket.requests.count()).toBe(0)
})

test('`next dev` without a bucket uses the memory store, and says so in one line', async ({ stage }) => {
  const build = await buildApp(BUILDS.configured)
  const instance = await stage.instance({ name: 'dev', build, mode: 'dev' })
  for (let round = 0; round < 3; round += 1) {
    expect(await instance.visit('/story/dev')).toMatchObject({ status: 200 })
  }
  expect(ourLines(instance.logs())).toHaveLength(1)
  expect(ourLines(instance.logs())[0]).toContain('memory')
})

test('`next build` without a bucket is silent', async () => {
  for (const build of [await buildApp(BUILDS.configured), await buildApp(BUILDS.bare)]) {
    expect(build.log).toContain('Compiled successfully')
    expect(ourLines(build.log)).toEqual([])
  }
})

async function expectServedFromMemory(instance: Instance, setting: string): Promise<void> {
  const first = await instance.visit('/story/memory')
  expect(first).toMatchObject({ status: 200, cache: 'MISS' })
  for (let round = 0; round < 20; round += 1) {
    expect(await instance.visit('/story/memory')).toMatchObject({ status: 200, cache: 'HIT', render: first.render })
  }
  const lines = ourLines(instance.logs())
  expect(lines, instance.logs()).toHaveLength(1)
  expect(lines[0]).toContain(setting)
}
