import type { Entry, Lifetime } from '../entry.ts'
import { messageOf } from '../errors.ts'
import { frameHead, type FrameFormat, headerIn, unframe } from '../frame.ts'
import type { DecodeResult } from './entry-codec.ts'
import { requireEntry } from './require-entry.ts'
import { fromTree, toTree, type ValueTree } from './value-tree.ts'

/**
 * A value that is bytes already is the whole body of its object, with its own media type, so that a presigned URL serves
 * it as it is. The head of the frame, checksum included, travels as user metadata, which changes together with the body.
 */
const FORMAT: FrameFormat = { magic: 's3cr', version: 1, name: 'raw cache entry' }

/** The name of the user metadata: a HEAD shows it. */
export const RAW_HEAD = 's3-cache-entry'
/** S3 takes 2 KB of names and values: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
const MAX_HEAD_LENGTH = 1900

/** A value whose bytes stand for themselves. What else it has goes into the head. */
export interface RawValue {
  readonly raw: Buffer
  readonly contentType: string
}

interface Head extends Omit<Entry, 'value' | 'lifetime'> {
  readonly value: Omit<RawValue, 'raw'>
  readonly lifetime: ValueTree
}

export interface RawObject {
  readonly body: Buffer
  readonly contentType: string
  readonly metadata: Readonly<Record<string, string>>
}

export const isRaw = (value: unknown): value is RawValue =>
  typeof value === 'object' && value !== null && 'raw' in value && Buffer.isBuffer(value.raw)

/** Undefined where the head is too long for metadata, as with many long tags. */
export function encodeRaw(entry: Entry & { readonly value: RawValue }): RawObject | undefined {
  const { raw, ...about } = entry.value
  // Its place among this process's invalidations tells nobody else anything.
  const head: Head = { ...entry, order: undefined, value: about, lifetime: toTree(entry.lifetime, []) }
  const text = frameHead(FORMAT, Buffer.from(JSON.stringify(head)), [raw]).toString('base64url')
  if (text.length > MAX_HEAD_LENGTH) return undefined
  return { body: raw, contentType: about.contentType, metadata: { [RAW_HEAD]: text } }
}

/**
 * All of an entry but its bytes, from the metadata of its object; undefined where it has none such. Nothing tells here
 * whether the bytes are intact.
 */
export function readRawHead(metadata: Readonly<Record<string, string>> = {}): Omit<Entry, 'value'> | undefined {
  const head = metadata[RAW_HEAD]
  const header = head === undefined ? undefined : headerIn(FORMAT, Buffer.from(head, 'base64url'))
  try {
    return header && toEntry(header)
  } catch {
    return undefined
  }
}

export function decodeRaw(head: string, body: Buffer): DecodeResult {
  const framed = unframe(FORMAT, Buffer.concat([Buffer.from(head, 'base64url'), body]))
  if (framed.kind === 'damaged') return { kind: 'corrupt', reason: framed.reason }
  try {
    const { value, ...about } = toEntry(framed.header)
    return { kind: 'entry', entry: { ...about, value: { ...value, raw: framed.body } } }
  } catch (error) {
    return { kind: 'corrupt', reason: messageOf(error) }
  }
}

function toEntry(header: Buffer): Omit<Entry, 'value'> & Pick<Head, 'value'> {
  const { lifetime, ...about } = JSON.parse(header.toString('utf8')) as Head
  const entry = { ...about, lifetime: fromTree(lifetime, []) as Lifetime | undefined }
  requireEntry(entry)
  return entry
}
