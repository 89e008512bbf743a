import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { captureCauses, currentCause, onBehalf } from '../cause.ts'
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

const ALL: readonly Capability[] = ['tags', 'conditional-put', 'conditional-delete', 'list']

/** A store that takes plain writes and fails at all else, until it is mended. */
function refusingMore(code: ObjectStoreErrorCode, storeCode: string | undefined) {
  const inner = newStore()
  const fail = failing(code, storeCode)
  const isMended = { is: false }
  const { has, onLack } = setUp({
    put: (key, body, options) => (options && !isMended.is ? fail() : inner.put(key, body, options)),
    delete: (key, options) => (options && !isMended.is ? fail() : inner.delete(key, options)),
    list: (prefix) => (isMended.is ? inner.list(prefix) : fail()),
  })
  return {
    inner,
    onLack,
    /** Of each capability whether the store has it, or the code of why that is not known. */
    ask: () => Promise.all(ALL.map((each) => has(each).catch((error: ObjectStoreError) => error.code))),
    mend: () => {
      isMended.is = true
    },
  }
}

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

  it('is asked for nobody, whoever needs it first', async () => {
    onTestFinished(captureCauses(() => 'a request'))
    const causes: unknown[] = []
    const inner = newStore()
    const { has } = setUp({
      put: async (...args) => {
        causes.push(currentCause())
        return await inner.put(...args)
      },
    })
    await onBehalf(() => has('conditional-put'))
    expect(causes.length).toBeGreaterThan(1)
    expect(new Set(causes)).toEqual(new Set([undefined]))
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

  it('is lacking where what it takes plainly is refused with a condition, with tags, or to a list', async () => {
    expect(await setUp().has('tags')).toBe(false)
    for (const [code, storeCode] of [
      ['ERR_OBJECT_STORE_FAILED', 'NotImplemented'],
      ['ERR_OBJECT_STORE_FAILED', 'HTTP 501'],
      ['ERR_OBJECT_STORE_FAILED', 'InvalidArgument'],
      ['ERR_OBJECT_STORE_FAILED', 'InvalidRequest'],
      ['ERR_OBJECT_STORE_FAILED', 'OperationNotSupported'],
      ['ERR_OBJECT_STORE_DENIED', 'AccessDenied'],
    ] as const) {
      expect(await refusingMore(code, storeCode).ask()).toEqual([false, false, false, false])
    }
  })

  it('is not known where that fails for another reason, and asked again', async () => {
    for (const [code, storeCode] of [
      ['ERR_OBJECT_STORE_FAILED', 'ExpiredToken'],
      ['ERR_OBJECT_STORE_DENIED', 'RequestTimeTooSkewed'],
      ['ERR_OBJECT_STORE_DENIED', 'SignatureDoesNotMatch'],
      ['ERR_OBJECT_STORE_DENIED', 'InvalidAccessKeyId'],
      ['ERR_OBJECT_STORE_NO_BUCKET', 'NoSuchBucket'],
      ['ERR_OBJECT_STORE_BUSY', 'SlowDown'],
      // A full disk.
      ['ERR_OBJECT_STORE_FAILED', undefined],
    ] as const) {
      const { ask, onLack, mend, inner } = refusingMore(code, storeCode)
      expect(await ask()).toEqual([code, code, code, code])
      mend()
      expect((await ask()).slice(1)).toEqual([true, true, true])
      expect(onLack.mock.calls).toEqual([['tags', expect.stringContaining('this store has no tags')]])
      expect((await inner.list('')).objects).toEqual([])
    }
  })

  it('is not known where the store refuses a plain write, whatever the words', async () => {
    const put = failing('ERR_OBJECT_STORE_DENIED', 'AccessDenied')
    const { has, onLack } = setUp({ put })
    for (const capability of ALL) {
      await expect(has(capability)).rejects.toMatchObject({ code: 'ERR_OBJECT_STORE_DENIED' })
    }
    expect(onLack).not.toHaveBeenCalled()
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
