const { S3_TEST_ENDPOINT, S3_TEST_BUCKET, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION } = process.env

/** The server that the tests run on; undefined for an embedded local-s3. */
export const ENDPOINT: string | undefined = S3_TEST_ENDPOINT
export const isExternal: boolean = ENDPOINT !== undefined

/** Of the test bucket. No log may contain the secret. */
export const ACCESS_KEY_ID: string = external(AWS_ACCESS_KEY_ID, 'E2EACCESSKEY')
export const SECRET_ACCESS_KEY: string = external(AWS_SECRET_ACCESS_KEY, 'e2e-secret-4f1d9a7c60b2e85837d5a1c9')
/** What the demo keeps to itself, and what one test gives for a secret. */
export const OTHER_SECRETS: readonly string[] = ['demo-secret', 'not-the-secret', 'e2e-secret-of-generation']
export const BUCKET: string = external(S3_TEST_BUCKET ?? 'test', 'e2e-bucket')
export const REGION: string = external(AWS_REGION ?? 'us-east-1', 'us-east-1')

function external(value: string | undefined, local: string): string {
  if (!isExternal) return local
  if (value === undefined) throw new Error('S3_TEST_ENDPOINT needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY')
  return value
}
