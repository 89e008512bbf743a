import type { ObjectStore } from '../object-store/object-store.ts'

/** How often a listing of several pages is repeated until two agree. */
const MAX_LISTINGS = 16

/**
 * The keys of every object under a prefix, as they were at one moment. A page is that; a listing of several is repeated
 * until two in a row agree, because what was stored between two pages may be in it and what was stored before that not.
 * That also makes good for S3 Express, which lists in no order
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-differences.html).
 */
export async function listAll(store: ObjectStore, prefix: string): Promise<string[]> {
  let { keys, isOneMoment } = await listOnce(store, prefix)
  for (let listing = 1; !isOneMoment; listing++) {
    if (listing === MAX_LISTINGS) throw new Error(`No two of ${MAX_LISTINGS} listings of "${prefix}" agree`)
    const again = await listOnce(store, prefix)
    isOneMoment = again.isOneMoment || isSame(keys, again.keys)
    keys = again.keys
  }
  return keys
}

async function listOnce(store: ObjectStore, prefix: string): Promise<{ keys: string[]; isOneMoment: boolean }> {
  const keys: string[] = []
  let pages = 0
  let cursor: string | undefined
  do {
    const page = await store.list(prefix, { cursor })
    keys.push(...page.objects.map(({ key }) => key))
    cursor = page.cursor
    pages++
  } while (cursor !== undefined)
  return { keys, isOneMoment: pages === 1 }
}

const isSame = (some: readonly string[], others: readonly string[]): boolean => {
  const known = new Set(some)
  return some.length === others.length && others.every((key) => known.has(key))
}
