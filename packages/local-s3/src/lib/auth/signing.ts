import { createHash, createHmac } from 'node:crypto'

/** Day and region of a credential, for the service `s3`. */
export interface Scope {
  /** As `20260131`. */
  readonly date: string
  readonly region: string
}

/** SHA-256 of nothing, which SigV4 names in every chunk. */
export const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

const MAX_CACHED_KEYS = 100
const signingKeys = new Map<string, Buffer>()

/** The key of a day and region; cached, because deriving it costs more than all the rest of a small request's checks. */
export function signingKey(secretAccessKey: string, { date, region }: Scope): Buffer {
  const id = `${date}/${region}/${secretAccessKey}`
  const cached = signingKeys.get(id)
  if (cached !== undefined) return cached
  let key: Buffer = Buffer.from(`AWS4${secretAccessKey}`)
  for (const part of [date, region, 's3', 'aws4_request']) key = createHmac('sha256', key).update(part).digest()
  if (signingKeys.size >= MAX_CACHED_KEYS) signingKeys.clear()
  signingKeys.set(id, key)
  return key
}

/** The text of a scope as it stands in the string to sign. */
export function scopeText({ date, region }: Scope): string {
  return `${date}/${region}/s3/aws4_request`
}

/** Hex HMAC-SHA256 of the lines of a string to sign. */
export function signLines(key: Buffer, ...lines: readonly string[]): string {
  return createHmac('sha256', key).update(lines.join('\n')).digest('hex')
}

/** Hex SHA-256. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}
