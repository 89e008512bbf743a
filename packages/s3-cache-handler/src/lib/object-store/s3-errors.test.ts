import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished, vi } from 'vitest'
import { openS3Store } from '../../../test/open-s3-store.ts'
import type { ObjectStore } from './object-store.ts'
import { withRetry } from './retry.ts'

/** A store that implements nothing. */
async function openUnable(document: string): Promise<{ store: ObjectStore; asked: () => number }> {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local-secret')
  let asked = 0
  const server = createServer((request, response) => {
    asked++
    request.resume().once('end', () => response.writeHead(501).end(document))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    vi.unstubAllEnvs()
    server.close()
    server.closeAllConnections()
  })
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const store = openS3Store({ endpoint })
  return { store: withRetry(store, { attempts: 3, baseDelayMs: 1, budget: 100 }), asked: () => asked }
}

it('takes "not implemented" for no passing trouble, and none of the whole store', async () => {
  const { store, asked } = await openUnable('<Error><Code>NotImplemented</Code><Message>No.</Message></Error>')
  const failed = { code: 'ERR_OBJECT_STORE_FAILED', isTransient: false, isOutage: false }
  await expect(store.put('k', Buffer.from('x'))).rejects.toMatchObject({ ...failed, storeCode: 'NotImplemented' })
  await expect(store.get('k')).rejects.toMatchObject({ ...failed, storeCode: 'NotImplemented' })
  await expect(store.head('k')).rejects.toMatchObject({ ...failed, storeCode: 'HTTP 501' })
  expect(asked()).toBe(3)
})

it('also where the answer does not say so', async () => {
  const { store, asked } = await openUnable('')
  const failed = { code: 'ERR_OBJECT_STORE_FAILED', isTransient: false, isOutage: false, storeCode: 'HTTP 501' }
  await expect(store.list('k')).rejects.toMatchObject(failed)
  expect(asked()).toBe(1)
})
