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

test('10,000 sets of use cache leave nothing of their requests behind', async ({ stage }) => {
  const bucket = await stage.bucket()
  const ours = join(copyHandler('use-cache-memory'), 'dist/use-cache.js')
  expect(await leftBy(ours, bucket)).toBeLessThan(BOUND_BYTES)
  expect(bucket.requests.count({ operation: 'PutObject', keyPattern: '/use-cache/' })).toBeGreaterThanOrEqual(SETS)
  // The control: one that keeps the entries fails.
  expect(await leftBy(join(repositoryDir, 'e2e/lib/retaining-handler.mjs'), bucket)).toBeGreaterThan(50 * BOUND_BYTES)
})

/** In bytes, after the later half of the sets. */
async function leftBy(handlerModule: string, bucket: Bucket): Promise<number> {
  const script = join(repositoryDir, 'e2e/lib/set-many-values.mjs')
  const args = ['--expose-gc', script, String(SETS), handlerModule]
  const { output } = await runToEnd(process.execPath, args, {
    cwd: repositoryDir,
    // So little that the memory in front is full by half of them.
    env: cleanEnv({ ...bucket.env, CACHE_DEPLOYMENT: 'memory', CACHE_MEMORY_MAX_BYTES: String(2 * 1024 * 1024) }),
  })
  saveLog({ name: 'use-cache-memory', text: output })
  const left = /left by the later half: (-?\d+) bytes/.exec(output)?.[1]
  expect(left, output).toBeDefined()
  return Number(left)
}
