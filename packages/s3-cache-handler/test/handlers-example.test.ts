import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openS3Endpoint, type S3Endpoint } from './s3-endpoint.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../..', import.meta.url))
const guide = readFileSync(join(root, 'docs/handlers.md'), 'utf8')
const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(guide) ?? []
/** Inside the package, which finds itself by its name there: in `dist`, as users do. */
const folder = join(root, 'packages/s3-cache-handler/.tmp', `handlers-${process.pid}`)
let s3: S3Endpoint

beforeAll(async () => {
  s3 = await openS3Endpoint('handlers-example')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'handlers.test.ts'), example)
  writeFileSync(join(folder, 'cache-handler.mjs'), "export { default } from 's3-cache-handler'\n")
  writeFileSync(join(folder, 'vitest.config.mjs'), 'export default {}')
  const compilerOptions = { strict: true, module: 'NodeNext', target: 'ES2023', types: ['node'], noEmit: true }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await s3.close()
})

/** All of the suite runs in handler-contract.test.ts: here a few tests show that the example is set up rightly. */
it('runs as it is written', { timeout: 60_000 }, async () => {
  const report = join(folder, 'report.json')
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const args = ['run', '--root', folder, '-t', 'every byte|several chunks|an outage', '--reporter=json']
  const env = { CACHE_S3_BUCKET: s3.bucket, CACHE_S3_ENDPOINT_URL: s3.endpoint, AWS_REGION: s3.region }
  await run(process.execPath, [vitest, ...args, `--outputFile=${report}`], { env: { ...process.env, ...env } })
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number>
  expect({ numPassedTests, numFailedTests }).toEqual({ numPassedTests: 2, numFailedTests: 0 })
})

it('has the types that it uses', async () => {
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder])
})
