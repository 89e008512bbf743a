import type { ObjectStore } from './object-store.ts'

/** A store that keeps nothing and takes everything. */
export function createNullObjectStore(): ObjectStore {
  return {
    get: async () => ({ kind: 'absent', date: Date.now() }),
    head: async () => undefined,
    list: async () => ({ objects: [], date: Date.now() }),
    put: async (_key, _body, { ifMatch } = {}) =>
      ifMatch === undefined ? { kind: 'stored', etag: undefined } : { kind: 'condition-failed' },
    delete: async () => true,
    deleteMany: async () => ({ failed: [] }),
  }
}
