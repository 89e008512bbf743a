import { expect, it } from 'vitest'
import { useCredentials } from '../../../test/answering-server.ts'
import { createPresignedUrls, type PresignedUrls } from './presigned-urls.ts'
import { connectS3 } from './s3-connection.ts'
import { watchSigner, type Signer } from './s3-signer.ts'

async function open(maxUrls: number): Promise<{ urls: PresignedUrls; signer: Signer }> {
  useCredentials()
  const connection = connectS3({ bucket: 'test', region: 'us-east-1', forcePathStyle: true })
  return { urls: createPresignedUrls(connection, maxUrls), signer: await watchSigner(connection.client)() }
}

it('keeps a bounded number of URLs, those used last', async () => {
  const { urls, signer } = await open(10)
  const first = await urls.get('first', signer)
  for (let index = 0; index < 50; index++) {
    await urls.get(`k${index}`, signer)
    expect(await urls.get('first', signer)).toBe(first)
  }
  expect(urls.size).toBe(10)
  const last = await urls.get('k49', signer)
  expect(await urls.get('k49', signer)).toBe(last)
})

it('keeps none of a signer who is no more', async () => {
  const { urls, signer } = await open(10)
  await urls.get('a', signer)
  await urls.get('b', signer)
  await urls.get('c', { ...signer })
  expect(urls.size).toBe(1)
})
