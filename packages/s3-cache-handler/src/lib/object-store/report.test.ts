import { expect, it } from 'vitest'
import { fakeStore, storeError } from '../../../test/fake-store.ts'
import type { CacheEvent } from '../cache-events.ts'
import { withReport } from './report.ts'

it('makes an event of every failure and of the first success after them, for each operation apart', async () => {
  const events: CacheEvent[] = []
  const failure = storeError('ERR_OBJECT_STORE_BUSY')
  let works = true
  const store = withReport(
    fakeStore(() => {
      if (!works) throw failure
    }),
    (event) => events.push(event),
  )
  await store.get('a')
  expect(events).toEqual([])
  works = false
  await expect(store.get('b')).rejects.toBe(failure)
  await expect(store.get('c')).rejects.toBe(failure)
  expect(events).toEqual([
    { name: 'store-failed', operation: 'get', objectKey: 'b', error: failure },
    { name: 'store-failed', operation: 'get', objectKey: 'c', error: failure },
  ])
  works = true
  await store.put('d', Buffer.alloc(0))
  expect(events).toHaveLength(2)
  await store.get('e')
  await store.get('f')
  expect(events.slice(2)).toEqual([{ name: 'store-recovered', operation: 'get' }])
})

it('makes an error of whatever was thrown', async () => {
  const events: CacheEvent[] = []
  const store = withReport(
    fakeStore(() => Promise.reject('text')),
    (event) => events.push(event),
  )
  await expect(store.list('p/')).rejects.toBe('text')
  expect(events).toEqual([{ name: 'store-failed', operation: 'list', objectKey: 'p/', error: new Error('text') }])
})

it('does not take a call that its caller gave up for a failure', async () => {
  const events: CacheEvent[] = []
  const store = withReport(
    fakeStore(() => Promise.reject(storeError('ERR_OBJECT_STORE_ABORTED'))),
    (event) => events.push(event),
  )
  await expect(store.get('k')).rejects.toMatchObject({ code: 'ERR_OBJECT_STORE_ABORTED' })
  expect(events).toEqual([])
})

it('takes objects that a store did not delete for a failure of it', async () => {
  const events: CacheEvent[] = []
  let left = [
    { key: 'b', reason: 'AccessDenied' },
    { key: 'c', reason: 'AccessDenied' },
  ]
  const store = withReport({ ...fakeStore(), deleteMany: async () => ({ failed: left }) }, (event) =>
    events.push(event),
  )
  expect(await store.deleteMany(['a', 'b', 'c'])).toEqual({ failed: left })
  const message = 'Object store deleteMany "b" failed: AccessDenied, and 1 more'
  const error = expect.objectContaining({ code: 'ERR_OBJECT_STORE_DENIED', message })
  expect(events).toEqual([{ name: 'store-failed', operation: 'deleteMany', objectKey: 'b', error }])
  left = []
  await store.deleteMany(['a'])
  expect(events.slice(1)).toEqual([{ name: 'store-recovered', operation: 'deleteMany' }])
})

it.each([
  ['SlowDown', 'ERR_OBJECT_STORE_BUSY'],
  ['MethodNotAllowed', 'ERR_OBJECT_STORE_FAILED'],
  ['constructor', 'ERR_OBJECT_STORE_FAILED'],
])('tells an object that is left for %s by the code %s', async (reason, code) => {
  const events: CacheEvent[] = []
  const failed = [{ key: 'a', reason }]
  const store = withReport({ ...fakeStore(), deleteMany: async () => ({ failed }) }, (event) => events.push(event))
  await store.deleteMany(['a'])
  expect(events).toMatchObject([{ name: 'store-failed', error: { code, storeCode: reason } }])
})
