import type { Entry } from '../entry.ts'
import { type DecodeResult, decodeEntry, encodeEntry, type EncodeOptions, ENTRY_CONTENT_TYPE } from './entry-codec.ts'
import { decodeRaw, encodeRaw, isRaw, RAW_HEAD } from './raw-entry.ts'

/** When the entry must not be served any more, in ms since the Unix epoch: what a HEAD tells who prunes. */
const EXPIRES_AT = 'expires-at'

/** An object as the store takes and gives it. */
export interface EncodedObject {
  readonly body: Buffer
  readonly contentType?: string | undefined
  readonly metadata?: Readonly<Record<string, string>> | undefined
}

/** Framed, or raw where the value is. Throws UnencodableValueError. */
export async function encodeObject(entry: Entry, options: EncodeOptions): Promise<EncodedObject> {
  const { value } = entry
  // What is changed by conditions on its ETag needs bytes that are unlike any before.
  const raw = isRaw(value) && !('writes' in value) ? encodeRaw({ ...entry, value }) : undefined
  const object = raw ?? { body: await encodeEntry(entry, options), contentType: ENTRY_CONTENT_TYPE, metadata: {} }
  const expiresAt = expiresAtOf(entry)
  if (expiresAt === Infinity) return object
  return { ...object, metadata: { ...object.metadata, [EXPIRES_AT]: String(expiresAt) } }
}

/** Anything but an intact entry is `corrupt`. */
export function decodeObject({ body, metadata }: EncodedObject): Promise<DecodeResult> | DecodeResult {
  const head = metadata?.[RAW_HEAD]
  return head === undefined ? decodeEntry(body) : decodeRaw(head, body)
}

/** Infinity for never. */
export const expiresAtOf = ({ lastModified, lifetime }: Pick<Entry, 'lastModified' | 'lifetime'>): number =>
  lifetime?.expire === undefined ? Infinity : lastModified + lifetime.expire * 1000

/** Undefined where the metadata does not say. */
export function expiresAtIn(metadata: EncodedObject['metadata']): number | undefined {
  const text = metadata?.[EXPIRES_AT]
  return text === undefined ? undefined : Number(text)
}
