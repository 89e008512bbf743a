import { expect, it } from 'vitest'
import { fakeStore } from '../../../test/fake-store.ts'
import { intercept, type StoreCall } from './intercept.ts'
import type { ObjectStore } from './object-store.ts'

function recorded(store: ObjectStore): { store: ObjectStore; calls: StoreCall[] } {
  const calls: StoreCall[] = []
  const intercepted = intercept(store, async (call, run) => {
    calls.push(call)
    return run(call.signal)
  })
  return { store: intercepted, calls }
}

it('goes around every operation, and passes arguments and results on', async () => {
  const inner = fakeStore()
  const { store, calls } = recorded(inner)
  const body = Buffer.from('x')
  expect(await store.get('g', { ifNoneMatch: '"1"' })).toEqual({ kind: 'absent' })
  expect(await store.head('h')).toBeUndefined()
  expect(await store.list('l/', { cursor: 'c', limit: 7 })).toEqual({ objects: [] })
  expect(await store.put('p', body, { contentType: 'text/plain' })).toEqual({ kind: 'stored', etag: '"1"' })
  expect(await store.delete('d', { ifMatch: '"2"' })).toBe(true)
  expect(await store.deleteMany(['m', 'n'])).toEqual({ failed: [] })
  expect(calls.map(({ operation, key }) => `${operation} ${key}`)).toEqual([
    'get g',
    'head h',
    'list l/',
    'put p',
    'delete d',
    'deleteMany m',
  ])
  expect(inner.calls.map(({ operation, args }) => [operation, ...args])).toEqual([
    ['get', 'g', { ifNoneMatch: '"1"', signal: undefined }],
    ['head', 'h', { signal: undefined }],
    ['list', 'l/', { cursor: 'c', limit: 7, signal: undefined }],
    ['put', 'p', body, { contentType: 'text/plain', signal: undefined }],
    ['delete', 'd', { ifMatch: '"2"', signal: undefined }],
    ['deleteMany', ['m', 'n'], { signal: undefined }],
  ])
})

it('tells what may be repeated from conditional writes and from what the caller repeats', async () => {
  const { store, calls } = recorded(fakeStore())
  await store.put('k', Buffer.alloc(0))
  await store.put('k', Buffer.alloc(0), { ifMatch: '"1"' })
  await store.put('k', Buffer.alloc(0), { ifNoneMatch: '*' })
  await store.delete('k')
  await store.delete('k', { ifMatch: '"1"' })
  await store.get('k', { ifNoneMatch: '"1"' })
  await store.put('k', Buffer.alloc(0), { once: true })
  expect(calls.map(({ isRepeatable }) => isRepeatable)).toEqual([true, false, false, true, false, true, false])
})

it('gives the operation the signal that the interceptor chooses', async () => {
  const inner = fakeStore()
  const { signal } = new AbortController()
  const { signal: theirs } = new AbortController()
  await intercept(inner, (_call, run) => run(signal)).get('k', { signal: theirs })
  expect(inner.calls[0]?.signal).toBe(signal)
})

it('names no key where a deleteMany has none', async () => {
  const { store, calls } = recorded(fakeStore())
  await store.deleteMany([])
  expect(calls[0]?.key).toBe('')
})
