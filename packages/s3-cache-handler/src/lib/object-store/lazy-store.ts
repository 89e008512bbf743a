import type { ObjectStore } from './object-store.ts'

/** A store that is opened when first used, and again when opening failed. */
export function lazyStore(open: () => Promise<ObjectStore>): ObjectStore {
  let opening: Promise<ObjectStore> | undefined
  const opened = (): Promise<ObjectStore> =>
    (opening ??= open().catch((error: unknown) => {
      opening = undefined
      throw error
    }))
  return {
    get: async (...args) => (await opened()).get(...args),
    head: async (...args) => (await opened()).head(...args),
    list: async (...args) => (await opened()).list(...args),
    put: async (...args) => (await opened()).put(...args),
    delete: async (...args) => (await opened()).delete(...args),
    deleteMany: async (...args) => (await opened()).deleteMany(...args),
  }
}
