import { expect, it } from 'vitest'
import { localStore } from './local-store.ts'
import { createMemoryObjectStore } from './memory-store.ts'

const store = createMemoryObjectStore({ maxBytes: 1e6 })

it('refuses more metadata than S3 takes, in bytes of names and values', async () => {
  const bytes = (count: number): object => ({ metadata: { é: 'x'.repeat(count - 2) } })
  expect(await store.put('k', Buffer.from('x'), bytes(2048))).toMatchObject({ kind: 'stored' })
  await expect(store.put('k', Buffer.from('y'), bytes(2049))).rejects.toMatchObject({
    code: 'ERR_OBJECT_STORE_FAILED',
    storeCode: 'MetadataTooLarge',
    message: 'Object store put "k" failed: 2049 bytes of metadata, at most 2048',
  })
  expect(await store.get('k')).toMatchObject({ body: Buffer.from('x') })
})

it('names the operation and the key of what failed, and keeps its cause', async () => {
  const cause = new Error('disk full')
  const failing = localStore({ ...store, put: () => Promise.reject(cause) })
  await expect(failing.put('k', Buffer.from('x'))).rejects.toMatchObject({
    code: 'ERR_OBJECT_STORE_FAILED',
    message: 'Object store put "k" failed: disk full',
    cause,
  })
})

it('says that a call was aborted where it fails for that under way', async () => {
  const controller = new AbortController()
  const aborting = localStore({
    ...store,
    async get(_key, { signal } = {}) {
      controller.abort('the visitor left')
      signal?.throwIfAborted()
      return { kind: 'absent' }
    },
  })
  await expect(aborting.get('k', { signal: controller.signal })).rejects.toMatchObject({
    code: 'ERR_OBJECT_STORE_ABORTED',
  })
})
