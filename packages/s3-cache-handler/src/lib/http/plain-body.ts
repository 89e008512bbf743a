import { decompress, type Encoding } from '../codec/compression.ts'

/** Nobody sends pages that are larger: what unpacks to more is none. */
const MAX_BYTES = 64 * 1024 * 1024

/** By the names of https://www.iana.org/assignments/http-parameters/http-parameters.xhtml#content-coding */
const ENCODINGS: ReadonlyMap<string, Encoding> = new Map([
  ['identity', 'identity'],
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['br', 'br'],
  ['zstd', 'zstd'],
])

/** A body without its content coding. Rejects where that cannot be undone here. */
export async function plainBody(bytes: Buffer, headers: Headers): Promise<Buffer> {
  const coding = headers.get('content-encoding') ?? 'identity'
  const encoding = ENCODINGS.get(coding.trim().toLowerCase())
  if (encoding === undefined) throw new Error(`its body is encoded as "${coding}", which cannot be looked into`)
  return await decompress(encoding, bytes, MAX_BYTES)
}
