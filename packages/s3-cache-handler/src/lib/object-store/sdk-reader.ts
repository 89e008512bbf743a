import { GetObjectCommand } from '@aws-sdk/client-s3'
import { sending, type S3Connection } from './s3-connection.ts'
import { createGet, type S3Reader } from './s3-reader.ts'
import { dateOf } from './s3-dates.ts'
import { expectAbsence } from './s3-requests.ts'

/** Reads objects by the SDK's GetObject, which signs every request. */
export function createSdkReader(connection: S3Connection): S3Reader {
  const { client, target } = connection
  const get = createGet(connection, async (key, _signer, { ifNoneMatch, signal, canBeAbsent }) => {
    const command = new GetObjectCommand({ ...target, Key: key, IfNoneMatch: ifNoneMatch })
    if (canBeAbsent) expectAbsence(command)
    const answer = await client.send(command, sending(signal))
    const { ETag: etag = '', LastModified, ContentType: contentType, Metadata: metadata = {} } = answer
    const bytes = (await answer.Body?.transformToByteArray()) ?? new Uint8Array()
    const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const lastModified = LastModified?.getTime() ?? 0
    return {
      kind: 'found',
      key,
      body,
      size: body.length,
      etag,
      lastModified,
      date: dateOf(answer),
      contentType,
      metadata,
    }
  })
  return { get, stats: () => ({ presignedUrls: 0 }) }
}
