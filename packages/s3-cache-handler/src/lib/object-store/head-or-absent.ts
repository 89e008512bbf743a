import type { ObjectHead, ObjectStore } from './object-store.ts'
import { isDenial } from './object-store-error.ts'

/**
 * The head of an object. For a role that may list under a prefix only, what is missing is denied: the listing then tells
 * whether it is there, and must not be read.
 */
export async function headOrAbsent(store: ObjectStore, key: string): Promise<ObjectHead | undefined> {
  try {
    return await store.head(key)
  } catch (error) {
    if (!isDenial(error)) throw error
    const { objects } = await store.list(key, { limit: 1 })
    if (objects.some((object) => object.key === key)) throw error
    return undefined
  }
}
