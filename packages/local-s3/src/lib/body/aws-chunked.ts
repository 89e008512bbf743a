import { S3Error } from '../http/errors.ts'

/** Verifies the signatures of a signed stream; both methods throw when one does not fit. */
export interface ChunkVerifier {
  chunk(data: Uint8Array, signature: string | undefined): void
  /** Called once at the end, when the request announced a signed trailer. */
  trailer(fields: ReadonlyMap<string, string>): void
}

/** A decoded body, and the trailer that came behind it. */
export interface DecodedBody {
  readonly body: Buffer
  readonly trailer: ReadonlyMap<string, string>
}

/**
 * Decodes an `aws-chunked` body: `<hex size>[;chunk-signature=…]\r\n<data>\r\n`, the last one of size 0, then a trailer.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export function decodeAwsChunked(raw: Buffer, verifier?: ChunkVerifier): DecodedBody {
  const chunks: Buffer[] = []
  let position = 0
  for (;;) {
    const lineEnd = raw.indexOf('\r\n', position)
    if (lineEnd === -1) throw new S3Error('IncompleteBody')
    const { size, signature } = parseChunkHead(raw.toString('latin1', position, lineEnd))
    const start = lineEnd + 2
    const data = raw.subarray(start, start + size)
    if (data.length < size) throw new S3Error('IncompleteBody')
    verifier?.chunk(data, signature)
    position = start + size
    if (size === 0) break
    chunks.push(data)
    if (raw.toString('latin1', position, position + 2) !== '\r\n') throw new S3Error('IncompleteBody')
    position += 2
  }
  const trailer = parseTrailer(raw.toString('latin1', position))
  verifier?.trailer(trailer)
  return { body: Buffer.concat(chunks), trailer }
}

function parseChunkHead(line: string): { size: number; signature: string | undefined } {
  const match = /^([\da-f]{1,8})(?:;chunk-signature=([\da-f]{64}))?$/i.exec(line)
  if (match === null)
    throw new S3Error('InvalidRequest', `"${line.slice(0, 100)}" is not the head of an aws-chunked chunk.`)
  return { size: Number.parseInt(match[1] ?? '', 16), signature: match[2] }
}

function parseTrailer(text: string): Map<string, string> {
  const fields = new Map<string, string>()
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(':')
    if (colon > 0) fields.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
  }
  return fields
}
