import { decodeObject } from '../codec/object-codec.ts'
import type { Entry } from '../entry.ts'
import type { GetOptions, ObjectHead, ObjectStore } from '../object-store/object-store.ts'

/** What an object among the entries holds. */
export type ReadEntry = { readonly object: ObjectHead } & (
  | { readonly kind: 'entry'; readonly entry: Entry }
  /** Nothing that this release can read. */
  | { readonly kind: 'damaged'; readonly reason: string }
)

/**
 * Undefined where there is no object.
 * @param options `absentIfDenied: false` where it was there a moment ago, so that a denial is what it says
 */
export async function readEntry(
  store: ObjectStore,
  objectKey: string,
  { absentIfDenied = true }: Pick<GetOptions, 'absentIfDenied'> = {},
): Promise<ReadEntry | undefined> {
  const object = await store.get(objectKey, { absentIfDenied })
  if (object.kind !== 'found') return undefined
  const decoded = await decodeObject(object)
  return decoded.kind === 'corrupt'
    ? { kind: 'damaged', object, reason: decoded.reason }
    : { kind: 'entry', object, entry: decoded.entry }
}
