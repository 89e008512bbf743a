import type { ListPage, ObjectStore } from './object-store.ts'

/** Every page of a listing, in the store's order. */
export async function* listPages(store: ObjectStore, prefix: string): AsyncGenerator<ListPage['objects']> {
  let cursor: string | undefined
  do {
    const page = await store.list(prefix, { cursor })
    yield page.objects
    cursor = page.cursor
  } while (cursor !== undefined)
}
