import { afterAll, beforeAll, expect, it } from 'vitest'
import { DocsExample } from './docs-example.ts'
import { openS3Endpoint, type S3Endpoint } from './s3-endpoint.ts'

const example = new DocsExample('handlers', { 'cache-handler.mjs': "export { default } from 's3-cache-handler'\n" })
let s3: S3Endpoint

beforeAll(async () => {
  s3 = await openS3Endpoint('handlers-example')
})
afterAll(async () => {
  example.remove()
  await s3.close()
})

/** All of the suite runs in handler-contract.test.ts: here a few tests show that the example is set up rightly. */
it('runs as it is written', { timeout: 60_000 }, async () => {
  const env = { CACHE_S3_BUCKET: s3.bucket, CACHE_S3_ENDPOINT_URL: s3.endpoint, AWS_REGION: s3.region }
  const counts = await example.runTests(['-t', 'every byte|several chunks|an outage'], env)
  expect(counts).toEqual({ numPassedTests: 2, numFailedTests: 0 })
})

it('has the types that it uses', async () => {
  await example.checkTypes()
})
