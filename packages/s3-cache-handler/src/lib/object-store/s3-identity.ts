import { systemRuntime } from '../runtime.ts'
import { within } from '../within.ts'
import { connectS3, type S3ConnectionOptions } from './s3-connection.ts'

/** Whose requests the AWS SDK's default chain signs. */
export interface Identity {
  /** No secret: every request and every presigned URL shows it. */
  readonly accessKeyId: string
  /** When temporary credentials end, in ms since the Unix epoch. */
  readonly expiresAt: number | undefined
  /** Undefined where none is set. */
  readonly region: string | undefined
}

/** A program may be asked for them, which asks a person. */
const TIMEOUT_MS = 30_000

/** Rejects where there are no credentials, or none in time. */
export async function readIdentity(options: S3ConnectionOptions): Promise<Identity> {
  const { client, attempt } = connectS3(options)
  const given = await within(
    { runtime: systemRuntime, timeoutMs: TIMEOUT_MS, late: undefined },
    attempt('settings', '', undefined, () => client.config.credentials()),
  )
  if (given === undefined) throw new Error(`No credentials were given within ${TIMEOUT_MS / 1000} s`)
  const region = await client.config.region().catch(() => undefined)
  return { accessKeyId: given.accessKeyId, expiresAt: given.expiration?.getTime(), region }
}
