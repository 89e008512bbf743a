import type { S3Operation } from '../operation.ts'
import { createBucket, deleteBucket, headBucket, listBuckets } from './buckets.ts'
import type { OperationHandler } from './context.ts'
import { deleteObject } from './delete-object.ts'
import { deleteObjects } from './delete-objects.ts'
import { getObject, headObject } from './get-object.ts'
import { listObjectsV2 } from './list-objects.ts'
import { putObject } from './put-object.ts'

/** What this server can do. An operation that is missing here answers 501. */
export const handlers: Readonly<Partial<Record<S3Operation, OperationHandler>>> = {
  CreateBucket: createBucket,
  DeleteBucket: deleteBucket,
  DeleteObject: deleteObject,
  DeleteObjects: deleteObjects,
  GetObject: getObject,
  HeadBucket: headBucket,
  HeadObject: headObject,
  ListBuckets: listBuckets,
  ListObjectsV2: listObjectsV2,
  PutObject: putObject,
}
