import { ObjectStoreError } from './object-store-error.ts'
import type { PutOptions } from './object-store.ts'

/** For stores that have no tags: what is asked for must not be dropped in silence. */
export function refuseTags(key: string, { tags }: PutOptions): void {
  if (tags === undefined) return
  throw new ObjectStoreError('ERR_OBJECT_STORE_FAILED', 'failed: this store has no tags', {
    operation: 'put',
    key,
    storeCode: 'NotImplemented',
  })
}
