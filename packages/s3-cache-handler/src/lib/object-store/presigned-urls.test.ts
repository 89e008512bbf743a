import { expect, it, vi } from 'vitest'
import { useCredentials } from '../../../test/answering-server.ts'
import { createPresignedUrls, type PresignedUrls } from './presigned-urls.ts'
import { connectS3 } from './s3-connection.ts'
import { watchSigner, type Signer } from './s3-signer.ts'

async function open({ maxLength = 100_000, token = 'token' } = {}): Promise<{ urls: PresignedUrls; signer: Signer }> {
  useCredentials()
  vi.stubEnv('AWS_SESSION_TOKEN', token)
  const connection = connectS3({ bucket: 'test', region: 'us-east-1', forcePathStyle: true })
  return {
    urls: createPresignedUrls(connection, { maxUrls: 10, maxLength }),
    signer: await watchSigner(connection.client)(),
  }
}

it('keeps a bounded number of URLs, those used last', async () => {
  const { urls, signer } = await open()
  const { url: first, isKept } = await urls.get('first', signer)
  expect(isKept).toBe(false)
  for (let index = 0; index < 50; index++) {
    await urls.get(`k${index}`, signer)
    const again = await urls.get('first', signer)
    expect(again.isKept).toBe(true)
    expect(again.url).toBe(first)
  }
  expect(urls.size).toBe(10)
  expect(await urls.get('k49', signer)).toMatchObject({ isKept: true })
  expect(await urls.get('k40', signer)).toMatchObject({ isKept: false })
})

it('keeps a bounded length of URLs, which a session token can make many times longer', async () => {
  const token = 'token'.repeat(1000)
  const { urls, signer } = await open({ maxLength: 4 * token.length, token })
  for (let index = 0; index < 10; index++) await urls.get(`k${index}`, signer)
  expect(urls.size).toBe(3)
  expect(await urls.get('k9', signer)).toMatchObject({ isKept: true })
  expect(await urls.get('k0', signer)).toMatchObject({ isKept: false })
})

it('forgets a URL on demand, but none that has taken its place', async () => {
  const { urls, signer } = await open()
  const { url: old } = await urls.get('k', signer)
  urls.forget('k', old)
  expect(urls.size).toBe(0)
  const { url: renewed } = await urls.get('k', signer)
  urls.forget('k', old)
  expect((await urls.get('k', signer)).url).toBe(renewed)
})

it('keeps none of a signer who is no more', async () => {
  const { urls, signer } = await open()
  await urls.get('a', signer)
  await urls.get('b', signer)
  await urls.get('c', { ...signer })
  expect(urls.size).toBe(1)
})
