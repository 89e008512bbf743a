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

/** Rejects with an ObjectStoreError where there are no credentials. */
export async function readIdentity(options: S3ConnectionOptions): Promise<Identity> {
  const { client, attempt } = connectS3(options)
  const { accessKeyId, expiration } = await attempt('settings', '', undefined, () => client.config.credentials())
  const region = await client.config.region().catch(() => undefined)
  return { accessKeyId, expiresAt: expiration?.getTime(), region }
}
