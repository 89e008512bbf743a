import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe } from 'vitest'
import { describeConditions } from './conformance/describe-conditions.ts'
import { describeDeleteMany, describeList } from './conformance/describe-list.ts'
import { describeBodies, describeKeys, describeSummaries } from './conformance/describe-objects.ts'
import { describeSignal } from './conformance/describe-signal.ts'
import { keysOf, listAll, type ObjectStoreCapabilities, type Subject } from './conformance/subject.ts'
import type { ObjectStore } from './object-store.ts'

export type { ObjectStoreCapabilities }

export interface OpenedObjectStore {
  readonly store: ObjectStore
  /** Text before every key that the suite uses, as where a test run may only use a part of a bucket. @default "" */
  readonly prefix?: string
  close(): Promise<void>
}

/**
 * Tests that a store keeps to the contract of {@link ObjectStore}.
 * @example describeObjectStore('my store', async () => ({ store: await openMyStore(), close: async () => {} }))
 */
export function describeObjectStore(
  name: string,
  openStore: () => Promise<OpenedObjectStore>,
  capabilities: ObjectStoreCapabilities = {},
): void {
  describe(name, () => {
    let opened: OpenedObjectStore | undefined
    let tests = 0
    /** A part of the store that is this run's own: nothing outside it is written, and nothing deleted. */
    const run = `${randomUUID()}/`
    const subject = (): Subject => {
      if (opened === undefined) throw new Error('The store was not opened')
      return { store: opened.store, root: `${opened.prefix ?? ''}${run}${tests}/` }
    }
    beforeAll(async () => {
      opened = await openStore()
    })
    beforeEach(() => {
      tests++
    })
    afterAll(async () => {
      if (opened === undefined) return
      const { store, prefix = '' } = opened
      await store.deleteMany(keysOf(await listAll(store, prefix + run)))
      await opened.close()
    })

    describe('get and put', () => describeBodies(subject))
    describe('what objects are', () => describeSummaries(subject))
    describe('keys', () => describeKeys(subject))
    describe('conditions', () => describeConditions(subject, capabilities))
    describe('list', () => describeList(subject, capabilities))
    describe('deleteMany', () => describeDeleteMany(subject))
    describe('signal', () => describeSignal(subject))
  })
}
