import { it, type TestContext } from 'vitest'
import type { ObjectStore, ObjectSummary } from '../object-store.ts'

/** What not every store can do; its tests are skipped then, by name. */
export interface ObjectStoreCapabilities {
  /** `put` keeps to `ifMatch` and `ifNoneMatch`. @default true */
  readonly conditionalPut?: boolean
  /** `delete` keeps to `ifMatch`. @default true */
  readonly conditionalDelete?: boolean
  /** `list` answers in the order of the keys' UTF-8 bytes. @default true */
  readonly orderedList?: boolean
}

/** What the tests work with: a store, and a place in it that no other test uses. */
export interface Subject {
  readonly store: ObjectStore
  /** What every key of the running test starts with. */
  readonly root: string
}

export const CONCURRENCY = 16

export const text = (body: string): Buffer => Buffer.from(body)

export const keysOf = (objects: readonly ObjectSummary[]): string[] => objects.map(({ key }) => key)

export async function read(store: ObjectStore, key: string): Promise<string | undefined> {
  const found = await store.get(key)
  return found.kind === 'found' ? found.body.toString() : undefined
}

export async function putForEtag(store: ObjectStore, key: string, body: string): Promise<string> {
  await store.put(key, text(body))
  return (await store.head(key))?.etag ?? ''
}

/** Each object's body is its own name. */
export async function putAll(store: ObjectStore, root: string, names: readonly string[]): Promise<void> {
  for (let start = 0; start < names.length; start += CONCURRENCY) {
    const batch = names.slice(start, start + CONCURRENCY)
    await Promise.all(batch.map((name) => store.put(root + name, text(name))))
  }
}

export async function listAll(store: ObjectStore, prefix: string): Promise<ObjectSummary[]> {
  const all: ObjectSummary[] = []
  let cursor: string | undefined
  do {
    const page = await store.list(prefix, { cursor })
    all.push(...page.objects)
    cursor = page.cursor
  } while (cursor !== undefined)
  return all
}

const NAMES = {
  conditionalPut: 'conditional puts',
  conditionalDelete: 'conditional deletes',
  orderedList: 'lists in the order of the keys',
} satisfies Record<keyof ObjectStoreCapabilities, string>

/** As `it`, for tests of what a store may lack: they are skipped then, and say why. */
export const itNeeds =
  (capabilities: ObjectStoreCapabilities, needed: keyof ObjectStoreCapabilities) =>
  (title: string, test: () => Promise<void>): void =>
    it(title, async (context) => {
      if (capabilities[needed] === false) skipFor(context, `this store lacks ${NAMES[needed]}`)
      await test()
    })

/** Skips the running test for a reason, which the reports tell. */
export function skipFor({ task, skip }: Pick<TestContext, 'task' | 'skip'>, reason: string): never {
  // Vitest's JSON report has no notes, but it has this.
  Object.assign(task.meta, { skipReason: reason })
  return skip(reason)
}
