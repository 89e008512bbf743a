import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../..', import.meta.url))
const guide = readFileSync(join(root, 'docs/object-stores.md'), 'utf8')
const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(guide) ?? []
/** Inside the package, which finds itself by its name there: in `dist`, as users do. */
const folder = join(root, 'packages/s3-cache-handler/.tmp', `own-store-${process.pid}`)

beforeAll(() => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'map-store.test.ts'), example)
  // Else it would look for ours in the folders above.
  writeFileSync(join(folder, 'vitest.config.mjs'), 'export default {}')
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: { strict: true, module: 'NodeNext', target: 'ES2023', types: ['node'], noEmit: true },
    }),
  )
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('passes the published suite as it is written', async () => {
  const report = join(folder, 'report.json')
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  await run(process.execPath, [vitest, 'run', '--root', folder, '--reporter=json', `--outputFile=${report}`])
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number>
  expect(numFailedTests).toBe(0)
  expect(numPassedTests).toBeGreaterThan(20)
})

it('has the types that it uses', async () => {
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder])
})
