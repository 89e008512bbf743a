import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { deferred, fakeStore, never, storeError } from '../../../test/fake-store.ts'
import { withDeadline } from './deadline.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('rejects after "timeoutMs", and no sooner, though the store ignores the signal', async () => {
  const settled = vi.fn()
  const result = withDeadline(fakeStore(never), 2000).get('pages/a')
  result.catch(settled)
  await vi.advanceTimersByTimeAsync(1999)
  expect(settled).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  await expect(result).rejects.toMatchObject({
    code: 'ERR_OBJECT_STORE_TIMEOUT',
    operation: 'get',
    key: 'pages/a',
    message: 'Object store get "pages/a" timed out after 2000 ms',
  })
})

it('bounds every operation', async () => {
  const store = withDeadline(fakeStore(never), 10)
  const results = Promise.allSettled([
    store.get('k'),
    store.head('k'),
    store.list('k'),
    store.put('k', Buffer.alloc(0)),
    store.delete('k'),
    store.deleteMany(['k']),
  ])
  await vi.advanceTimersByTimeAsync(10)
  const operations = (await results).map((result) => result.status === 'rejected' && result.reason.operation)
  expect(operations).toEqual(['get', 'head', 'list', 'put', 'delete', 'deleteMany'])
})

it('aborts what it no longer waits for', async () => {
  const store = fakeStore(never)
  withDeadline(store, 10)
    .get('k')
    .catch(() => {})
  expect(store.calls[0]?.signal?.aborted).toBe(false)
  await vi.advanceTimersByTimeAsync(10)
  expect(store.calls[0]?.signal?.aborted).toBe(true)
})

it('passes results and failures on, and leaves no timer and no listener behind', async () => {
  const { signal } = new AbortController()
  const failure = storeError('ERR_OBJECT_STORE_BUSY')
  expect(await withDeadline(fakeStore(), 2000).get('k', { signal })).toEqual({ kind: 'absent' })
  await expect(
    withDeadline(
      fakeStore(() => Promise.reject(failure)),
      2000,
    ).get('k', { signal }),
  ).rejects.toBe(failure)
  expect(vi.getTimerCount()).toBe(0)
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

it('rejects at once when the caller aborts, and leaves no timer behind', async () => {
  const controller = new AbortController()
  const store = fakeStore(never)
  const result = withDeadline(store, 2000).put('k', Buffer.alloc(0), { signal: controller.signal })
  await Promise.resolve()
  controller.abort()
  await expect(result).rejects.toMatchObject({ code: 'ERR_OBJECT_STORE_ABORTED', operation: 'put', key: 'k' })
  expect(store.calls[0]?.signal?.aborted).toBe(true)
  expect(vi.getTimerCount()).toBe(0)
})

it('leaves no listener on the signal of a caller whose call timed out', async () => {
  const { signal } = new AbortController()
  const result = withDeadline(fakeStore(never), 10).get('k', { signal })
  result.catch(() => {})
  await vi.advanceTimersByTimeAsync(10)
  await expect(result).rejects.toMatchObject({ code: 'ERR_OBJECT_STORE_TIMEOUT' })
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

it('does not ask the store at all when the signal was aborted before', async () => {
  const store = fakeStore()
  const result = withDeadline(store, 2000).get('k', { signal: AbortSignal.abort() })
  await expect(result).rejects.toMatchObject({ code: 'ERR_OBJECT_STORE_ABORTED' })
  expect(store.calls).toEqual([])
  expect(vi.getTimerCount()).toBe(0)
})

it('takes no notice of what fails after the deadline', async () => {
  const late = deferred()
  const result = withDeadline(
    fakeStore(() => late.promise),
    10,
  ).get('k')
  result.catch(() => {})
  await vi.advanceTimersByTimeAsync(10)
  late.reject(storeError('ERR_OBJECT_STORE_UNREACHABLE'))
  await expect(result).rejects.toMatchObject({ code: 'ERR_OBJECT_STORE_TIMEOUT' })
})
