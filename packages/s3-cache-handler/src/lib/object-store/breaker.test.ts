import { AsyncLocalStorage } from 'node:async_hooks'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { deferred, fakeStore, storeError, type FakeStore } from '../../../test/fake-store.ts'
import { captureCauses, currentCause, onBehalf } from '../cause.ts'
import { withBreaker } from './breaker.ts'
import type { ObjectStoreErrorCode } from './object-store-error.ts'
import type { ObjectStore } from './object-store.ts'

const FIRST_WAIT_MS = 100

let now: number
/** What the store does with its next calls, and the probe with its next trials. */
let answer: () => unknown
let probe: () => unknown
let probes: number
let inner: FakeStore
let store: ObjectStore

beforeEach(() => {
  now = 1000
  answer = () => {}
  probe = () => {}
  probes = 0
  inner = fakeStore(() => answer())
  store = withBreaker(inner, {
    failures: 5,
    firstWaitMs: FIRST_WAIT_MS,
    maxWaitMs: 400,
    now: () => now,
    later: () => {},
    probe: async () => {
      probes++
      await probe()
    },
  })
})

const fail = (code: ObjectStoreErrorCode, storeCode?: string) => (): never => {
  throw storeError(code, storeCode)
}
const unreachable = fail('ERR_OBJECT_STORE_UNREACHABLE')
const timeout = fail('ERR_OBJECT_STORE_TIMEOUT')

const outcome = (result: Promise<unknown>): Promise<string> =>
  result.then(
    () => 'works',
    (error: { code?: string }) => error.code ?? 'no code',
  )
const get = (): Promise<string> => outcome(store.get('k'))
const put = (): Promise<string> => outcome(store.put('k', Buffer.alloc(0)))
/** Lets what runs in the background come to its end. */
const background = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

async function openReads(): Promise<void> {
  answer = timeout
  await get()
  answer = () => {}
}

it('opens after five failures in a row', async () => {
  answer = unreachable
  for (let count = 0; count < 5; count++) expect(await get()).toBe('ERR_OBJECT_STORE_UNREACHABLE')
  expect(await get()).toBe('ERR_OBJECT_STORE_PAUSED')
  expect(inner.calls).toHaveLength(5)
})

it('begins to count anew after a success', async () => {
  answer = unreachable
  for (let count = 0; count < 4; count++) await get()
  answer = () => {}
  await get()
  answer = unreachable
  for (let count = 0; count < 4; count++) await get()
  expect(await get()).toBe('ERR_OBJECT_STORE_UNREACHABLE')
  expect(await get()).toBe('ERR_OBJECT_STORE_PAUSED')
})

it('opens at once when a call timed out and no other succeeded meanwhile', async () => {
  await get()
  now += 1
  answer = timeout
  expect(await get()).toBe('ERR_OBJECT_STORE_TIMEOUT')
  expect(await get()).toBe('ERR_OBJECT_STORE_PAUSED')
})

it('counts a timeout as one failure when another call succeeded meanwhile', async () => {
  const slow = deferred()
  answer = () => slow.promise
  const hanging = get()
  now += 1
  answer = () => {}
  await get()
  slow.reject(storeError('ERR_OBJECT_STORE_TIMEOUT'))
  expect(await hanging).toBe('ERR_OBJECT_STORE_TIMEOUT')
  expect(await get()).toBe('works')
})

it('rejects at once while open, naming the call and why it is open', async () => {
  await openReads()
  const rejection = await store.list('p/').catch((error: unknown) => error)
  expect(rejection).toMatchObject({
    name: 'ObjectStoreError',
    code: 'ERR_OBJECT_STORE_PAUSED',
    operation: 'list',
    key: 'p/',
    cause: { code: 'ERR_OBJECT_STORE_TIMEOUT' },
    message: expect.stringContaining('failed in a test'),
  })
  expect(inner.calls).toHaveLength(1)
})

it('probes in the background once its wait is over: no request waits for a trial', async () => {
  await openReads()
  const trial = deferred()
  probe = () => trial.promise
  now += FIRST_WAIT_MS - 1
  await get()
  expect(probes).toBe(0)
  now += 1
  expect([await get(), await get(), await get()]).toEqual(Array(3).fill('ERR_OBJECT_STORE_PAUSED'))
  expect(probes).toBe(1)
  trial.resolve()
  await background()
  expect(await get()).toBe('works')
})

it('probes for nobody, whoever opened it or comes when a trial is due', async () => {
  const causes: unknown[] = []
  const due: (() => void)[] = []
  onTestFinished(captureCauses(() => 'a request'))
  const failing = withBreaker(fakeStore(timeout), {
    failures: 5,
    firstWaitMs: FIRST_WAIT_MS,
    maxWaitMs: 400,
    now: () => now,
    // As a timer does, which keeps the context that it is made in.
    later: (run) => due.push(AsyncLocalStorage.bind(run)),
    probe: async () => {
      causes.push(currentCause())
      unreachable()
    },
  })
  const ask = (): Promise<string> => onBehalf(() => outcome(failing.get('k')))
  await ask()
  now += FIRST_WAIT_MS
  await ask()
  await background()
  for (let trial = 0; trial < 2; trial++) {
    now += 400
    due.at(-1)?.()
    await background()
  }
  expect(causes).toEqual([undefined, undefined, undefined])
})

it('waits twice as long after every trial that fails, up to the maximum, and starts small after the next outage', async () => {
  await openReads()
  probe = unreachable
  const waits: number[] = []
  let openedAt = now
  for (let ticks = 0; ticks < 150; ticks++) {
    const probesBefore = probes
    now += 10
    await get()
    await background()
    if (probes === probesBefore) continue
    waits.push(now - openedAt)
    openedAt = now
  }
  expect(waits).toEqual([100, 200, 400, 400, 400])
  probe = () => {}
  now += 400
  await get()
  await background()
  now += 1
  await openReads()
  now += FIRST_WAIT_MS
  await get()
  expect(probes).toBe(7)
})

it('counts its wait from the start of a trial, so that a store that hung to its end is not waited for twice', async () => {
  await openReads()
  const trial = deferred()
  probe = () => trial.promise
  now += FIRST_WAIT_MS
  await get()
  now += 1.5 * FIRST_WAIT_MS
  trial.reject(storeError('ERR_OBJECT_STORE_TIMEOUT'))
  await background()
  await get()
  expect(probes).toBe(1)
  now += 0.5 * FIRST_WAIT_MS
  await get()
  expect(probes).toBe(2)
})

it('does not wait longer because calls of before the trial fail during it', async () => {
  const slow = deferred()
  answer = () => slow.promise
  const straggler = get()
  await openReads()
  const trial = deferred()
  probe = () => trial.promise
  now += FIRST_WAIT_MS
  await get()
  slow.reject(storeError('ERR_OBJECT_STORE_TIMEOUT'))
  await straggler
  now += 10 * FIRST_WAIT_MS
  await get()
  expect(probes).toBe(1)
  trial.reject(storeError('ERR_OBJECT_STORE_TIMEOUT'))
  await background()
  now += 2 * FIRST_WAIT_MS
  await get()
  expect(probes).toBe(2)
})

it('judges reads and writes apart', async () => {
  await openReads()
  expect(await put()).toBe('works')
  expect(await outcome(store.delete('k'))).toBe('works')
  expect(await outcome(store.deleteMany(['k']))).toBe('works')
  expect([await get(), await outcome(store.head('k')), await outcome(store.list('k'))]).toEqual(
    Array(3).fill('ERR_OBJECT_STORE_PAUSED'),
  )
})

it('lets the next write be the trial of writes', async () => {
  answer = timeout
  await put()
  expect(await get()).toBe('ERR_OBJECT_STORE_TIMEOUT')
  now += FIRST_WAIT_MS
  const trial = deferred()
  answer = () => trial.promise
  const first = put()
  expect(await put()).toBe('ERR_OBJECT_STORE_PAUSED')
  trial.resolve()
  expect(await first).toBe('works')
  answer = () => {}
  expect(await put()).toBe('works')
  expect(probes).toBe(0)
})

it('does not open for AccessDenied, which may stand for an object that does not exist', async () => {
  answer = fail('ERR_OBJECT_STORE_DENIED', 'AccessDenied')
  for (let count = 0; count < 20; count++) expect(await get()).toBe('ERR_OBJECT_STORE_DENIED')
  expect(inner.calls).toHaveLength(20)
})

it('opens for credentials that the store refuses', async () => {
  answer = fail('ERR_OBJECT_STORE_DENIED', 'InvalidAccessKeyId')
  for (let count = 0; count < 5; count++) await get()
  expect(await get()).toBe('ERR_OBJECT_STORE_PAUSED')
})

it('learns nothing from a call that its caller gave up', async () => {
  answer = unreachable
  for (let count = 0; count < 4; count++) await get()
  answer = fail('ERR_OBJECT_STORE_ABORTED')
  await get()
  answer = unreachable
  await get()
  expect(await get()).toBe('ERR_OBJECT_STORE_PAUSED')
})

it('leaves the trial to the next write when its caller gave it up', async () => {
  answer = timeout
  await put()
  now += FIRST_WAIT_MS
  answer = fail('ERR_OBJECT_STORE_ABORTED')
  expect(await put()).toBe('ERR_OBJECT_STORE_ABORTED')
  answer = unreachable
  expect(await put()).toBe('ERR_OBJECT_STORE_UNREACHABLE')
  expect(await put()).toBe('ERR_OBJECT_STORE_PAUSED')
})

it('closes when a call of before the outage succeeds after all', async () => {
  const slow = deferred()
  answer = () => slow.promise
  const straggler = get()
  await openReads()
  slow.resolve()
  expect(await straggler).toBe('works')
  expect(await get()).toBe('works')
})

it('finds by itself that the store is back, so that whoever comes first after an outage is answered by it', async () => {
  store = withBreaker(inner, { failures: 5, firstWaitMs: 10, maxWaitMs: 20, probe: async () => void probes++ })
  await openReads()
  expect(inner.calls).toHaveLength(1)
  await expect.poll(() => probes).toBe(1)
  expect(await get()).toBe('works')
  expect(probes).toBe(1)
})
