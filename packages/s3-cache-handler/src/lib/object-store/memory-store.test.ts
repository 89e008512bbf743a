import { expect, it } from 'vitest'
import { describeObjectStore } from './describe-object-store.ts'
import { createMemoryObjectStore } from './memory-store.ts'

describeObjectStore('the memory store', async () => ({
  store: createMemoryObjectStore({ maxBytes: 64 * 1024 * 1024 }),
  close: async () => {},
}))

it('drops the objects that were least recently read when the bodies exceed "maxBytes"', async () => {
  const store = createMemoryObjectStore({ maxBytes: 3000 })
  await store.put('a', Buffer.alloc(1000))
  await store.put('b', Buffer.alloc(1000))
  await store.get('a')
  await store.put('c', Buffer.alloc(1500))
  const { objects } = await store.list('')
  expect(objects.map(({ key }) => key)).toEqual(['a', 'c'])
})

it('drops an object for a newer one that is too large to be kept', async () => {
  const store = createMemoryObjectStore({ maxBytes: 1000 })
  await store.put('a', Buffer.from('old'))
  await store.put('a', Buffer.alloc(2000))
  expect(await store.get('a')).toMatchObject({ kind: 'absent' })
})

it('keeps nothing, without failing, when it may hold no bytes', async () => {
  const store = createMemoryObjectStore({ maxBytes: 0 })
  await store.put('a', Buffer.from('x'))
  expect(await store.get('a')).toMatchObject({ kind: 'absent' })
})
