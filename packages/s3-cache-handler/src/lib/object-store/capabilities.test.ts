import { describe, expect, it, vi } from 'vitest'
import { createCapabilities, type Capability } from './capabilities.ts'
import { createMemoryObjectStore } from './memory-store.ts'
import { ObjectStoreError, type ObjectStoreErrorCode } from './object-store-error.ts'
import type { ObjectStore } from './object-store.ts'

const newStore = (): ObjectStore => createMemoryObjectStore({ maxBytes: 1e6 })

function setUp(more: Partial<ObjectStore> = {}): {
  readonly store: ObjectStore
  readonly has: (capability: Capability) => Promise<boolean>
  readonly onLack: ReturnType<typeof vi.fn>
} {
  const store = { ...newStore(), ...more }
  const onLack = vi.fn()
  const { has } = createCapabilities(store, { probeKey: 'probe', onLack })
  return { store, has, onLack }
}

const failing = (code: ObjectStoreErrorCode, storeCode?: string) => (): Promise<never> =>
  Promise.reject(new ObjectStoreError(code, 'failed', { operation: 'put', key: 'k', storeCode }))

describe('what a store has', () => {
  it('is found by asking it, once, and leaves nothing behind', async () => {
    const { store, has, onLack } = setUp()
    const put = vi.spyOn(store, 'put')
    expect(
      await Promise.all([has('conditional-put'), has('conditional-put'), has('conditional-delete'), has('list')]),
    ).toEqual([true, true, true, true])
    const asked = put.mock.calls.length
    expect(await has('conditional-put')).toBe(true)
    expect(put.mock.calls.length).toBe(asked)
    expect((await store.list('')).objects).toEqual([])
    expect(onLack).not.toHaveBeenCalled()
  })

  it('or does not have is said once, with how that was found', async () => {
    const inner = newStore()
    const { has, onLack } = setUp({
      ...inner,
      put: (key, body) => inner.put(key, body),
      delete: (key) => inner.delete(key),
    })
    expect([await has('conditional-put'), await has('conditional-put'), await has('conditional-delete')]).toEqual([
      false,
      false,
      false,
    ])
    expect(onLack.mock.calls).toEqual([
      ['conditional-put', 'a PUT with If-None-Match: * replaced an object'],
      ['conditional-delete', 'a DELETE with If-Match of another ETag deleted an object'],
    ])
  })

  it('is lacking where it refuses: tags, what is not implemented, lists that may not be seen', async () => {
    expect(await setUp().has('tags')).toBe(false)
    expect(await setUp({ put: failing('ERR_OBJECT_STORE_BUSY', 'NotImplemented') }).has('conditional-put')).toBe(false)
    expect(await setUp({ list: failing('ERR_OBJECT_STORE_DENIED') }).has('list')).toBe(false)
  })

  it('is not known while it does not answer, and asked again', async () => {
    const inner = newStore()
    const put = vi.fn<ObjectStore['put']>(failing('ERR_OBJECT_STORE_UNREACHABLE'))
    const { has, onLack } = setUp({ ...inner, put })
    await expect(has('conditional-put')).rejects.toMatchObject({ code: 'ERR_OBJECT_STORE_UNREACHABLE' })
    put.mockImplementation((...call) => inner.put(...call))
    expect(await has('conditional-put')).toBe(true)
    expect(onLack).not.toHaveBeenCalled()
  })
})
