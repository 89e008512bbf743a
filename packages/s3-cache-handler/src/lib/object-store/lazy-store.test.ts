import { expect, it, vi } from 'vitest'
import { fakeStore } from '../../../test/fake-store.ts'
import { lazyStore } from './lazy-store.ts'

it('opens the store when it is first used, once for all calls', async () => {
  const inner = fakeStore()
  const open = vi.fn(async () => inner)
  const store = lazyStore(open)
  expect(open).not.toHaveBeenCalled()
  await Promise.all([
    store.get('k'),
    store.head('k'),
    store.list('k'),
    store.put('k', Buffer.alloc(0)),
    store.delete('k'),
    store.deleteMany(['k']),
  ])
  await store.get('k')
  expect(open).toHaveBeenCalledTimes(1)
  const operations = inner.calls.map(({ operation }) => operation)
  expect(operations).toEqual(['get', 'head', 'list', 'put', 'delete', 'deleteMany', 'get'])
})

it('opens it again after opening failed', async () => {
  const open = vi.fn(async () => fakeStore())
  open.mockRejectedValueOnce(new Error('no SDK'))
  const store = lazyStore(open)
  const results = await Promise.allSettled([store.get('k'), store.get('k')])
  const reason = { code: 'ERR_OBJECT_STORE_FAILED', operation: 'get', key: 'k', cause: new Error('no SDK') }
  expect(results).toMatchObject([
    { status: 'rejected', reason },
    { status: 'rejected', reason },
  ])
  expect(await store.get('k')).toEqual({ kind: 'absent' })
  expect(open).toHaveBeenCalledTimes(2)
})
