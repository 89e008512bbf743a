import { ObjectStoreError } from './object-store-error.ts'
import type { ObjectDetails } from './object-store.ts'

/** Of names and values: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#UserMetadata */
const MAX_BYTES = 2048

/** As S3 does, so that what works on this machine works on a bucket. */
export function refuseLargeMetadata(key: string, { metadata = {} }: ObjectDetails): void {
  const bytes = Object.entries(metadata).reduce((sum, pair) => sum + Buffer.byteLength(pair.join('')), 0)
  if (bytes <= MAX_BYTES) return
  throw new ObjectStoreError('ERR_OBJECT_STORE_FAILED', `failed: ${bytes} bytes of metadata, at most ${MAX_BYTES}`, {
    operation: 'put',
    key,
    storeCode: 'MetadataTooLarge',
  })
}
