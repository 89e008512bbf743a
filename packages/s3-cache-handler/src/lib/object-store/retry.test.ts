import { expect, it } from 'vitest'
import { deferred, fakeStore, storeError, type FakeStore } from '../../../test/fake-store.ts'
import type { ObjectStoreErrorCode } from './object-store-error.ts'
import { withRetry } from './retry.ts'

const RETRY = { attempts: 3, baseDelayMs: 1, budget: 100 }

/** Fails so often, then works. */
function failing(times: number, code: ObjectStoreErrorCode = 'ERR_OBJECT_STORE_UNREACHABLE'): FakeStore {
  let left = times
  return fakeStore(() => {
    if (left-- > 0) throw storeError(code)
  })
}

it('asks once when the store answers', async () => {
  const store = failing(0)
  await withRetry(store, RETRY).get('k')
  expect(store.calls).toHaveLength(1)
})

it('repeats what failed in passing until it works', async () => {
  const unreachable = failing(2, 'ERR_OBJECT_STORE_UNREACHABLE')
  const busy = failing(2, 'ERR_OBJECT_STORE_BUSY')
  expect(await withRetry(unreachable, RETRY).get('k')).toEqual({ kind: 'absent' })
  expect(await withRetry(busy, RETRY).put('k', Buffer.from('x'))).toEqual({ kind: 'stored', etag: '"1"' })
  expect([unreachable.calls.length, busy.calls.length]).toEqual([3, 3])
})

it('gives up after so many attempts, with the last failure', async () => {
  const store = failing(9)
  await expect(withRetry(store, RETRY).list('k')).rejects.toMatchObject({ code: 'ERR_OBJECT_STORE_UNREACHABLE' })
  expect(store.calls).toHaveLength(3)
})

it('repeats no more than its budget, and a fifth of what succeeds, while the store fails', async () => {
  let isDown = true
  const store = fakeStore(() => {
    if (isDown) throw storeError('ERR_OBJECT_STORE_BUSY')
  })
  const retrying = withRetry(store, { ...RETRY, budget: 10 })
  const ask = (times: number): Promise<unknown> =>
    Promise.allSettled(Array.from({ length: times }, () => retrying.get('k')))
  await ask(100)
  expect(store.calls).toHaveLength(110)
  await ask(100)
  expect(store.calls).toHaveLength(210)
  isDown = false
  await ask(25)
  expect(store.calls).toHaveLength(235)
  isDown = true
  await ask(100)
  expect(store.calls).toHaveLength(340)
})

it('does not repeat what would fail again', async () => {
  const denied = failing(1, 'ERR_OBJECT_STORE_DENIED')
  const noBucket = failing(1, 'ERR_OBJECT_STORE_NO_BUCKET')
  const timedOut = failing(1, 'ERR_OBJECT_STORE_TIMEOUT')
  const failed = failing(1, 'ERR_OBJECT_STORE_FAILED')
  const broken = fakeStore(() => Promise.reject(new TypeError('a defect')))
  await expect(withRetry(denied, RETRY).get('k')).rejects.toThrow()
  await expect(withRetry(noBucket, RETRY).get('k')).rejects.toThrow()
  await expect(withRetry(timedOut, RETRY).get('k')).rejects.toThrow()
  await expect(withRetry(failed, RETRY).get('k')).rejects.toThrow()
  await expect(withRetry(broken, RETRY).get('k')).rejects.toThrow('a defect')
  expect([denied, noBucket, timedOut, failed, broken].map(({ calls }) => calls.length)).toEqual([1, 1, 1, 1, 1])
})

it('does not repeat a conditional write: it may have been done, and would fail its own condition', async () => {
  const store = failing(9)
  const retrying = withRetry(store, RETRY)
  await expect(retrying.put('k', Buffer.alloc(0), { ifNoneMatch: '*' })).rejects.toThrow()
  await expect(retrying.put('k', Buffer.alloc(0), { ifMatch: '"1"' })).rejects.toThrow()
  await expect(retrying.delete('k', { ifMatch: '"1"' })).rejects.toThrow()
  expect(store.calls).toHaveLength(3)
})

it('ends its wait when the caller aborts, with a coded error', async () => {
  const asked = deferred()
  const store = fakeStore(() => {
    asked.resolve()
    throw storeError('ERR_OBJECT_STORE_BUSY')
  })
  const controller = new AbortController()
  const result = withRetry(store, { ...RETRY, baseDelayMs: 1e9 }).get('k', { signal: controller.signal })
  await asked.promise
  controller.abort()
  await expect(result).rejects.toMatchObject({
    code: 'ERR_OBJECT_STORE_ABORTED',
    operation: 'get',
    key: 'k',
    cause: { code: 'ERR_OBJECT_STORE_BUSY' },
  })
  expect(store.calls).toHaveLength(1)
})
