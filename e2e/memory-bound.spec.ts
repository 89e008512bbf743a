import { join } from 'node:path'
import { isExternal } from './lib/credentials.ts'
import type { Bucket } from './lib/bucket.ts'
import { cleanEnv } from './lib/clean-env.ts'
import { saveLog } from './lib/logs.ts'
import { repositoryDir } from './lib/run-dir.ts'
import { runToEnd } from './lib/run-to-end.ts'
import { expect, test } from './lib/test.ts'

test.skip(isExternal, 'needs a bucket of its own')

const ENTRIES = 2000
const ENTRY_BYTES = 1024 * 1024
/** Measured: 230 MiB, which is 64 MiB of entries, Node itself and what is not yet garbage-collected. */
const BOUND_MIB = 400

test('memory stays bounded while 2,000 distinct entries of 1 MB are read', async ({ stage }) => {
  test.setTimeout(180_000)
  const bucket = await stage.bucket()
  await run('write', bucket)
  expect(bucket.requests.count({ operation: 'PutObject', keyPattern: '^v1/entries/' })).toBe(ENTRIES)

  expect(await run('read', bucket)).toBeLessThan(BOUND_MIB)
  expect(bucket.requests.count({ operation: 'GetObject', keyPattern: 'large' })).toBe(ENTRIES)
  // The control: with the bound lifted even fewer reads fill the memory.
  const lifted = { CACHE_MEMORY_MAX_BYTES: String(4 * 2 ** 30) }
  expect(await run('read', bucket, lifted, ENTRIES / 2)).toBeGreaterThan(2 * BOUND_MIB)
})

/** Answers the peak RSS of the process, in MiB. */
async function run(
  mode: 'write' | 'read',
  bucket: Bucket,
  env: Readonly<Record<string, string>> = {},
  entries: number = ENTRIES,
): Promise<number> {
  const script = join(repositoryDir, 'e2e/lib/read-many-entries.mjs')
  const { output } = await runToEnd(process.execPath, [script, mode, String(entries), String(ENTRY_BYTES)], {
    cwd: repositoryDir,
    env: cleanEnv({ ...bucket.env, CACHE_DEPLOYMENT: 'memory-bound', ...env }),
  })
  saveLog({ name: 'memory-bound', text: output })
  const peak = /peak RSS (\d+) MiB/.exec(output)?.[1]
  expect(peak, output).toBeDefined()
  return Number(peak)
}
