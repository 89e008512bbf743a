import { GetObjectCommand } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { S3Connection } from './s3-connection.ts'

export interface PresignOptions {
  /** At most a week; a URL that temporary credentials have signed ends with them. */
  readonly expiresInSeconds: number
  /** What the store answers with instead of what the object has: https://www.rfc-editor.org/rfc/rfc6266 */
  readonly contentDisposition?: string | undefined
}

/** A URL by which anybody can read one object until it ends. It is a credential, and never logged. */
export type Presign = (key: string, options: PresignOptions) => Promise<string>

export function createPresign({ client, target }: S3Connection): Presign {
  return async (key, { expiresInSeconds, contentDisposition }) => {
    const command = new GetObjectCommand({ ...target, Key: key, ResponseContentDisposition: contentDisposition })
    const signingDate = new Date(Date.now() + client.config.systemClockOffset)
    return await getSignedUrl(client, command, { expiresIn: expiresInSeconds, signingDate })
  }
}
