import { describe, expect, it } from 'vitest'
import { type Ailments, createPatient, findingsOf } from '../../../test/patient.ts'
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
  const inRegion = (region: string | undefined, more: Ailments = {}): Promise<Finding | undefined> =>
    about('region', { identity: async () => ({ accessKeyId: 'key', expiresAt: undefined, region }), ...more })

  it('is that of the bucket', async () => {
    expect(await inRegion('eu-west-1')).toMatchObject({ severity: 'ok', says: 'eu-west-1, as is set' })
    expect(await inRegion('us-east-1')).toMatchObject({
      severity: 'warning',
      advice: expect.stringContaining('AWS_REGION=eu-west-1'),
    })
    expect(await inRegion(undefined)).toMatchObject({ severity: 'warning', says: expect.stringContaining('no region') })
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
