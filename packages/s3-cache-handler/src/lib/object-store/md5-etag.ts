import { createHash } from 'node:crypto'

/** The ETag that S3 gives an object that was put whole. */
export const md5Etag = (body: Uint8Array): string => `"${createHash('md5').update(body).digest('hex')}"`
