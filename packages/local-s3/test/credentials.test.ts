import { GetObjectCommand, PutObjectCommand, type S3ClientConfig } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { beforeEach, describe, expect, it } from 'vitest'
import { send, sign } from './raw-http.ts'
import { createClient, credentials, s3Error, startServer } from './server.ts'

const Bucket = 'bucket'
const session = { accessKeyId: 'ASIA1', secretAccessKey: 'secret-1', sessionToken: 'token-1/+=' } as const
const nextSession = { accessKeyId: 'ASIA2', secretAccessKey: 'secret-2', sessionToken: 'token-2/+=' } as const
const server = await startServer({ adminPort: 0 })
await server.import(Bucket, [{ key: 'key', body: 'x' }])
beforeEach(() => server.credentials.accept([credentials]))

const getAs = (keys: NonNullable<S3ClientConfig['credentials']>): Promise<unknown> =>
  createClient(server, { credentials: keys }).send(new GetObjectCommand({ Bucket, Key: 'key' }))
const presignAs = (keys: NonNullable<S3ClientConfig['credentials']>): Promise<string> =>
  getSignedUrl(createClient(server, { credentials: keys }), new GetObjectCommand({ Bucket, Key: 'key' }))
const answerTo = async (url: string): Promise<[number, string]> => {
  const response = await fetch(url)
  return [response.status, await response.text()]
}
const refusal = (status: number, code: string): unknown[] => [status, expect.stringContaining(`<Code>${code}</Code>`)]

describe('credentials that end while the server runs', () => {
  it('are refused as S3 refuses them: tokens as expired, other keys as unknown', async () => {
    server.credentials.accept([credentials, session])
    await getAs(session)
    await getAs(credentials)
    server.credentials.accept([nextSession])
    await expect(getAs(session)).rejects.toMatchObject(s3Error('ExpiredToken', 400))
    await expect(getAs(credentials)).rejects.toMatchObject(s3Error('InvalidAccessKeyId', 403))
    await expect(getAs({ ...session, accessKeyId: 'nobody' })).rejects.toMatchObject(s3Error('InvalidAccessKeyId', 403))
    await getAs(nextSession)
  })

  it('end the presigned URLs that were signed with them', async () => {
    server.credentials.accept([credentials, session])
    const [bySession, byKeys] = [await presignAs(session), await presignAs(credentials)]
    expect([await answerTo(bySession), await answerTo(byKeys)]).toEqual([
      [200, 'x'],
      [200, 'x'],
    ])
    server.credentials.accept([nextSession])
    expect(await answerTo(bySession)).toEqual(refusal(400, 'ExpiredToken'))
    expect(await answerTo(byKeys)).toEqual(refusal(403, 'InvalidAccessKeyId'))
    expect(await answerTo(await presignAs(nextSession))).toEqual([200, 'x'])
  })

  it('can be renewed by a client that asks for new ones', async () => {
    server.credentials.accept([session])
    let current: typeof session | typeof nextSession = session
    const client = createClient(server, { credentials: async () => ({ ...current, expiration: new Date() }) })
    const put = (): Promise<unknown> => client.send(new PutObjectCommand({ Bucket, Key: 'renewed', Body: 'x' }))
    await put()
    server.credentials.accept([nextSession])
    await expect(put()).rejects.toMatchObject(s3Error('ExpiredToken', 400))
    current = nextSession
    await put()
  })
})

describe('temporary credentials', () => {
  it('are refused without their token, with another one and with a wrong secret', async () => {
    server.credentials.accept([session])
    const { accessKeyId, secretAccessKey } = session
    const without = getAs({ accessKeyId, secretAccessKey })
    await expect(without).rejects.toMatchObject(s3Error('InvalidAccessKeyId', 403))
    await expect(getAs({ ...session, sessionToken: 'x' })).rejects.toMatchObject(s3Error('InvalidToken', 400))
    const wrong = getAs({ ...session, secretAccessKey: 'x' })
    await expect(wrong).rejects.toMatchObject(s3Error('SignatureDoesNotMatch', 403))
  })

  it('are refused when the token is not signed', async () => {
    server.credentials.accept([{ ...credentials, sessionToken: 't' }])
    const signed = sign(server.url, { path: '/bucket/key' })
    const answer = await send(server.url, { ...signed, headers: { ...signed.headers, 'x-amz-security-token': 't' } })
    expect([answer.status, answer.body]).toEqual(refusal(403, 'AccessDenied'))
    const whole = sign(server.url, { path: '/bucket/key', headers: { 'x-amz-security-token': 't' } })
    expect((await send(server.url, whole)).status).toBe(200)
  })
})

it('takes credentials from the admin side', async () => {
  const accept = (body: unknown): Promise<Response> =>
    fetch(`${server.adminUrl}/credentials`, { method: 'PUT', body: JSON.stringify(body) })
  expect((await accept([session])).status).toBe(204)
  await getAs(session)
  await expect(getAs(credentials)).rejects.toMatchObject(s3Error('InvalidAccessKeyId', 403))
  expect((await accept([])).status).toBe(204)
  await expect(getAs(session)).rejects.toMatchObject(s3Error('ExpiredToken', 400))
  const wrong = await accept([{ accessKeyId: 'A' }])
  const error = '"secretAccessKey" must be a non-empty string, got undefined'
  expect([wrong.status, await wrong.json()]).toEqual([400, { error }])
})
