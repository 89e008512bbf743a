import { join } from 'node:path'
import type { Bucket } from './lib/bucket.ts'
import { copyHandler } from './lib/build-app.ts'
import { cleanEnv } from './lib/clean-env.ts'
import { saveLog } from './lib/logs.ts'
import { repositoryDir } from './lib/run-dir.ts'
import { runToEnd } from './lib/run-to-end.ts'
import { expect, test } from './lib/test.ts'

const SETS = 10_000
const BOUND_BYTES = 1024 * 1024
const LARGE_BYTES = 32 * 1024 * 1024

test('10,000 sets of use cache leave nothing of their requests behind', async ({ stage }) => {
  const bucket = await stage.bucket()
  const ours = join(copyHandler('use-cache-memory'), 'dist/use-cache.js')
  expect(await leftBy(ours, bucket)).toBeLessThan(BOUND_BYTES)
  expect(bucket.requests.count({ operation: 'PutObject', keyPattern: '/use-cache/' })).toBeGreaterThanOrEqual(SETS)
  // The control: one that keeps the entries fails.
  expect(await leftBy(join(repositoryDir, 'e2e/lib/retaining-handler.mjs'), bucket)).toBeGreaterThan(50 * BOUND_BYTES)
})

test('a large value of use cache is held once, and once as the object on its way', async ({ stage }) => {
  const bucket = await stage.bucket()
  const ours = join(copyHandler('use-cache-large'), 'dist/use-cache.js')
  const env = { ...bucket.env, CACHE_TIMEOUT_MS: '30000' }
  const held = await numberOf(/held at once: ([\d.]+) times/, ['set-large-value.mjs', String(LARGE_BYTES), ours], env)
  expect(held).toBeLessThan(2.3)
  // The control: it was measured while both were there.
  expect(held).toBeGreaterThan(1.9)
  expect(bucket.requests.count({ operation: 'PutObject', keyPattern: '/use-cache/' })).toBe(1)
})

/** In bytes, after the later half of the sets. */
async function leftBy(handlerModule: string, bucket: Bucket): Promise<number> {
  // So little that the memory in front is full by half of them. And time for the store: a first half that a busy machine has
  // not stored leaves what the first PUT brings to the later one, and a timer that outlives its `set` is still there.
  const env = { ...bucket.env, CACHE_MEMORY_MAX_BYTES: String(2 * 1024 * 1024), CACHE_TIMEOUT_MS: '30000' }
  const script = ['set-many-values.mjs', String(SETS), handlerModule]
  return await numberOf(/left by the later half: (-?\d+) bytes/, script, env)
}

/** What a script of `e2e/lib` prints. */
async function numberOf(
  pattern: RegExp,
  [script = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const { output } = await runToEnd(
    process.execPath,
    ['--expose-gc', join(repositoryDir, 'e2e/lib', script), ...args],
    { cwd: repositoryDir, env: cleanEnv({ ...env, CACHE_DEPLOYMENT: 'memory' }) },
  )
  saveLog({ name: 'use-cache-memory', text: output })
  const found = pattern.exec(output)?.[1]
  expect(found, output).toBeDefined()
  return Number(found)
}
