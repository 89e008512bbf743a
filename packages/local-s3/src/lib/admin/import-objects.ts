import type { Readable } from 'node:stream'
import { createInterface } from 'node:readline'
import { etagOf, md5 } from '../etag.ts'
import { isRecord } from '../is-record.ts'
import { checkKey } from '../operations/context.ts'
import { OptionError } from '../option-error.ts'
import { compareUtf8 } from '../store/compare-utf8.ts'
import type { Bucket } from '../store/store.ts'
import { wholeSecond } from '../whole-second.ts'

/** An object to put past the protocol. */
export interface ImportedObject {
  readonly key: string
  /** @default '' */
  readonly body?: string | Uint8Array
  /** What comes back with it, such as `content-type` and `x-amz-meta-…`. @default {} */
  readonly headers?: Readonly<Record<string, string>>
  readonly tags?: Readonly<Record<string, string>>
  /** In ms since the Unix epoch. @default now, by the server's clock */
  readonly lastModified?: number
}

/** Puts many objects at once, those without a time as modified at `now`; resolves with how many. */
export async function importObjects(bucket: Bucket, objects: Iterable<ImportedObject>, now: number): Promise<number> {
  // In the order of the listing, so that each is added at its end.
  const sorted = [...objects].toSorted((one, other) => compareUtf8(one.key, other.key))
  for (const { key, body = '', headers = {}, tags, lastModified = now } of sorted) {
    const bytes = Buffer.from(body as Uint8Array)
    const etag = etagOf(md5(bytes))
    const info = { size: bytes.length, etag, lastModified: wholeSecond(lastModified), headers, tags }
    await bucket.put(checkKey(key), { info, body: bytes })
  }
  return sorted.length
}

/** One object a line, as JSON; a body of bytes stands in `base64`. */
export async function readImport(stream: Readable): Promise<ImportedObject[]> {
  const objects: ImportedObject[] = []
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
    if (line.trim() !== '') objects.push(parseLine(line))
  }
  return objects
}

function parseLine(line: string): ImportedObject {
  const value = parseJson(line)
  if (!isRecord(value) || typeof value['key'] !== 'string') throw new OptionError('line', 'an object with a key', line)
  const { base64, ...object } = value
  return {
    ...(object as unknown as ImportedObject),
    ...(typeof base64 === 'string' && { body: Buffer.from(base64, 'base64') }),
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw new OptionError('line', 'JSON', line)
  }
}
