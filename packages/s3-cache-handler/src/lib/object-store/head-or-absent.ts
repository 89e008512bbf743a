import type { ObjectHead, ObjectStore } from './object-store.ts'
import { isDenial } from './object-store-error.ts'

/** The head of an object; for a role that may list under a prefix only, what is missing is denied. */
export async function headOrAbsent(store: ObjectStore, key: string): Promise<ObjectHead | undefined> {
  try {
    return await store.head(key)
  } catch (error) {
    if (isDenial(error)) return undefined
    throw error
  }
}
