import { listPages } from '../object-store/list-pages.ts'
import type { ObjectStore } from '../object-store/object-store.ts'

/** How often a listing that comes in no order is repeated until two agree. */
const MAX_LISTINGS = 16

/**
 * The keys of every object under a prefix. S3 Express lists in no order, so that a listing of several pages may miss an
 * object that was merged into another meanwhile: there it is repeated until two in a row agree
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-differences.html).
 */
export async function listAll(store: ObjectStore, prefix: string): Promise<string[]> {
  let { keys, isReliable } = await listOnce(store, prefix)
  for (let listing = 1; !isReliable; listing++) {
    if (listing === MAX_LISTINGS) throw new Error(`No two of ${MAX_LISTINGS} listings of "${prefix}" agree`)
    const again = await listOnce(store, prefix)
    isReliable = again.isReliable || isSame(keys, again.keys)
    keys = again.keys
  }
  return keys
}

async function listOnce(store: ObjectStore, prefix: string): Promise<{ keys: string[]; isReliable: boolean }> {
  const keys: string[] = []
  let pages = 0
  for await (const objects of listPages(store, prefix)) {
    keys.push(...objects.map(({ key }) => key))
    pages++
  }
  const isOrdered = keys.every((key, index) => index === 0 || (keys[index - 1] ?? '') < key)
  return { keys, isReliable: pages === 1 || isOrdered }
}

const isSame = (some: readonly string[], others: readonly string[]): boolean => {
  const known = new Set(some)
  return some.length === others.length && others.every((key) => known.has(key))
}
