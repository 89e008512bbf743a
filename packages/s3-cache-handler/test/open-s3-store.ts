import { createS3ObjectStore, type S3ObjectStore, type S3StoreOptions } from '../src/lib/object-store/s3-store.ts'

/** A store on a bucket that servers of tests have, or say they have. */
export const openS3Store = (options: Partial<S3StoreOptions> = {}): S3ObjectStore =>
  createS3ObjectStore({ bucket: 'test', region: 'us-east-1', forcePathStyle: true, presignedReads: true, ...options })
