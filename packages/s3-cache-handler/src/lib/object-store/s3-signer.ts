import type { S3Client } from '@aws-sdk/client-s3'

/** What a signature depends on besides the request. */
export interface Signer {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | undefined
  /** When the credentials end. */
  readonly expiration: Date | undefined
  readonly region: string
  /** How far the store's clock is ahead, as the SDK estimates it. */
  readonly clockOffsetMs: number
}

/** The SDK estimates anew with each answer, off by what that took. So small a difference does no signature harm. */
export const CLOCK_TOLERANCE_MS: number = 4 * 60_000

/** Tells who signs now: the same object until what was signed before may be refused. */
export function watchSigner({ config }: S3Client): () => Promise<Signer> {
  let current: Signer | undefined
  return async () => {
    const [credentials, region] = await Promise.all([config.credentials(), config.region()])
    const { accessKeyId, secretAccessKey, sessionToken, expiration } = credentials
    const { systemClockOffset: clockOffsetMs } = config
    const next = { accessKeyId, secretAccessKey, sessionToken, expiration, region, clockOffsetMs }
    if (current === undefined || !signsAlike(current, next)) current = next
    return current
  }
}

const signsAlike = (a: Signer, b: Signer): boolean =>
  a.accessKeyId === b.accessKeyId &&
  a.secretAccessKey === b.secretAccessKey &&
  a.sessionToken === b.sessionToken &&
  // While the service that gives them is down, the SDK lets credentials last longer.
  a.expiration?.getTime() === b.expiration?.getTime() &&
  a.region === b.region &&
  Math.abs(a.clockOffsetMs - b.clockOffsetMs) < CLOCK_TOLERANCE_MS
