/** Of the test bucket. No log may contain the secret. */
export const ACCESS_KEY_ID = 'E2EACCESSKEY'
export const SECRET_ACCESS_KEY = 'e2e-secret-4f1d9a7c60b2e85837d5a1c9'
/** What the demo keeps to itself, and what one test gives for a secret. */
export const OTHER_SECRETS: readonly string[] = ['demo-secret', 'not-the-secret']
export const BUCKET = 'e2e-bucket'
