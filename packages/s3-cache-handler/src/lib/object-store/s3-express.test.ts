import { expect, it } from 'vitest'
import { CREDENTIALS, openAnsweringServer } from '../../../test/answering-server.ts'
import { createS3ObjectStore } from './s3-store.ts'

const SESSION = `<CreateSessionResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Credentials>
  <AccessKeyId>key-of-the-session</AccessKeyId><SecretAccessKey>secret-of-the-session</SecretAccessKey>
  <SessionToken>token-of-the-session</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>
</Credentials></CreateSessionResult>`

/** Reads two objects from a bucket of this name, and tells by what each request was signed. */
async function signersOfReads(bucket: string): Promise<unknown[]> {
  const { endpoint, requests } = await openAnsweringServer(({ url }) =>
    url?.includes('session') ? { status: 200, body: SESSION } : { status: 200, headers: { etag: '"1"' }, body: 'body' },
  )
  const store = createS3ObjectStore({
    bucket,
    endpoint,
    region: 'us-west-2',
    forcePathStyle: false,
    presignedReads: true,
  })
  expect(await store.get('a')).toMatchObject({ kind: 'found', body: Buffer.from('body') })
  await store.get('b')
  expect(store.stats()).toEqual({ presignedUrls: 0 })
  return requests.map(({ headers }) => ({
    key: /Credential=([^/]+)/.exec(headers.authorization ?? '')?.[1],
    session: headers['x-amz-s3session-token'],
  }))
}

it('reads from S3 Express by a session, whose token is in a header of each request', async () => {
  const bySession = { key: 'key-of-the-session', session: 'token-of-the-session' }
  const expected = [{ key: CREDENTIALS.AWS_ACCESS_KEY_ID, session: undefined }, bySession, bySession]
  expect(await signersOfReads('cache--usw2-az1--x-s3')).toEqual(expected)
})
