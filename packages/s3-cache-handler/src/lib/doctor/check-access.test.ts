import { describe, expect, it } from 'vitest'
import { type Ailments, createPatient, findingsOf } from '../../../test/patient.ts'
import { ObjectStoreError, type ObjectStoreErrorCode } from '../object-store/object-store-error.ts'
import { checkAccess } from './check-access.ts'
import type { Finding } from './finding.ts'

async function about(check: string, ailments: Ailments): Promise<Finding | undefined> {
  return (await findingsOf(checkAccess(createPatient(ailments)))).find((finding) => finding.check === check)
}

describe('credentials', () => {
  const endingIn = (ms: number): Ailments => ({
    identity: async () => ({ accessKeyId: 'key', expiresAt: Date.now() + ms, region: 'eu-west-1' }),
  })

  it('may end, but not soon', async () => {
    expect(await about('credentials', endingIn(60 * 60_000))).toMatchObject({
      severity: 'ok',
      says: expect.stringMatching(/^access key key, until \d{4}-/),
    })
    expect(await about('credentials', endingIn(60_000))).toMatchObject({ severity: 'warning' })
  })
})

describe('the region', () => {
  const inRegion = (region: string, more: Ailments = {}): Promise<Finding | undefined> =>
    about('region', { identity: async () => ({ accessKeyId: 'key', expiresAt: undefined, region }), ...more })

  it('is that of the bucket', async () => {
    expect(await inRegion('eu-west-1')).toMatchObject({ severity: 'ok', says: 'eu-west-1, as is set' })
    expect(await inRegion('us-east-1')).toMatchObject({
      severity: 'warning',
      advice: expect.stringContaining('AWS_REGION=eu-west-1'),
    })
  })

  it('may not be told, and means nothing behind an endpoint', async () => {
    const location = (): Promise<never> => Promise.reject(new Error('no'))
    expect(await inRegion('eu-west-1', { settings: { location } })).toMatchObject({ severity: 'unknown' })
    const options = { endpoint: 'http://127.0.0.1:1', region: 'auto' }
    expect(await inRegion('auto', { options, settings: { location } })).toMatchObject({
      severity: 'ok',
      says: 'auto is set',
    })
  })
})

describe('a store that does not answer', () => {
  const failing = (code: ObjectStoreErrorCode, storeCode?: string): Ailments => ({
    store: {
      list: () => Promise.reject(new ObjectStoreError(code, 'failed', { operation: 'list', key: '', storeCode })),
    },
    options: { region: 'eu-west-1' },
  })

  it.each([
    ['ERR_OBJECT_STORE_FAILED', 'ExpiredToken', 'get new credentials'],
    ['ERR_OBJECT_STORE_FAILED', 'InvalidBucketName', 'mend CACHE_S3_BUCKET'],
    ['ERR_OBJECT_STORE_BUSY', 'SlowDown', 'wait'],
    ['ERR_OBJECT_STORE_FAILED', undefined, 'mend AWS_REGION'],
    ['ERR_OBJECT_STORE_DENIED', 'RequestTimeTooSkewed', 'clock'],
    ['ERR_OBJECT_STORE_DENIED', 'SignatureDoesNotMatch', 'AWS_SECRET_ACCESS_KEY'],
    ['ERR_OBJECT_STORE_NO_BUCKET', 'NoSuchBucket', '--create-bucket-configuration LocationConstraint=eu-west-1'],
  ] as const)('gets the advice that fits: %s %s', async (code, storeCode, advice) => {
    expect(await about('bucket', failing(code, storeCode))).toMatchObject({
      severity: 'error',
      advice: expect.stringContaining(advice),
    })
  })

  it('is named without the password of its URL', async () => {
    const options = { endpoint: 'http://user:secret@127.0.0.1:9000' }
    expect(await about('bucket', { options })).toMatchObject({ says: '"bucket" at 127.0.0.1:9000 answers' })
  })
})

it('tells that the cache is off', async () => {
  expect(await about('settings', {})).toBeUndefined()
  expect(await about('settings', { options: { disabled: true } })).toMatchObject({ severity: 'warning' })
})
