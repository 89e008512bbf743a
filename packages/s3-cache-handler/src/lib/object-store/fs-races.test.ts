import { rm } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { newFolder } from '../../../test/new-folder.ts'
import { createFsObjectStore } from './fs-store.ts'
import type { ObjectStore } from './object-store.ts'

/** Of few folders, which are made and taken away all the time. */
const KEYS = ['a/b/c/1', 'a/b/c/2', 'a/b/d', 'a/b', 'a/e/f/g', `a/${'x'.repeat(300)}/y`, `a/${'x'.repeat(300)}`]

const openTwo = (directory: string): ObjectStore[] => [1, 2].map(() => createFsObjectStore({ directory }))

/** Many calls at once on every key, each of which has to succeed. */
async function race(stores: readonly ObjectStore[], rounds: number): Promise<void> {
  const all = stores.flatMap((store) => KEYS.map((key) => ({ store, key })))
  await Promise.all(
    all.map(async ({ store, key }) => {
      for (let round = 0; round < rounds; round++) {
        await store.put(key, Buffer.from(key))
        await store.list('a/')
        await store.delete(key)
        await store.head(key)
      }
    }),
  )
}

it('puts, deletes and lists in folders that others take away', { timeout: 60_000 }, async () => {
  const directory = await newFolder()
  const [store, other] = openTwo(directory)
  if (store === undefined || other === undefined) return
  await race([store, other], 40)
  await Promise.all(KEYS.map((key) => store.put(key, Buffer.from(key))))
  expect((await other.list('')).objects.map(({ key }) => key)).toEqual(KEYS.toSorted())
})

it('does so though somebody deletes everything again and again', { timeout: 60_000 }, async () => {
  const directory = await newFolder()
  const running = { is: true }
  const deleting = (async () => {
    // Fails itself where something is made meanwhile.
    while (running.is) await rm(directory, { recursive: true, force: true }).catch(() => {})
  })()
  await race(openTwo(directory), 20)
  running.is = false
  await deleting
})
