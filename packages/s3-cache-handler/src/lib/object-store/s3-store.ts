import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  type StorageClass,
} from '@aws-sdk/client-s3'
import type {
  CallOptions,
  DeleteManyResult,
  DeleteOptions,
  ListOptions,
  ListPage,
  ObjectStore,
  ObjectHead,
  ObjectSummary,
  PutOptions,
  PutResult,
} from './object-store.ts'
import { createPresign, type Presign } from './presign.ts'
import { createPresignedReader } from './presigned-reader.ts'
import { connectS3, sending, type S3ConnectionOptions, type Target } from './s3-connection.ts'
import { dateOf } from './s3-dates.ts'
import { isConditionFailure, isNotFound } from './s3-errors.ts'
import type { S3ReaderStats } from './s3-reader.ts'
import { createSdkReader } from './sdk-reader.ts'
import type { OnRequest } from './sent-request.ts'

/** S3 accepts no more keys in one DeleteObjects: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const MAX_DELETE_KEYS = 1000

export interface S3StoreOptions extends S3ConnectionOptions {
  readonly encryption?: 'AES256' | 'aws:kms' | undefined
  readonly kmsKeyId?: string | undefined
  readonly storageClass?: string | undefined
  /** Whether objects are read through presigned URLs, where the bucket allows it. */
  readonly presignedReads: boolean
}

/** A bucket on S3 or on what speaks its protocol. */
export interface S3ObjectStore extends ObjectStore {
  stats(): S3ReaderStats
  /** Undefined for a bucket whose requests need the token of a session. */
  readonly presign: Presign | undefined
}

/** Credentials come from the AWS SDK's default chain. @param onRequest Is told of each request that goes out. */
export function createS3ObjectStore(options: S3StoreOptions, onRequest?: OnRequest): S3ObjectStore {
  const connection = connectS3(options, onRequest)
  const { client, target, attempt } = connection
  const { bucket, presignedReads } = options
  const canPresign = !needsSession(bucket)
  return {
    presign: canPresign ? createPresign(connection) : undefined,
    ...(presignedReads && canPresign ? createPresignedReader(connection) : createSdkReader(connection)),

    head: (key, { signal } = {}) =>
      attempt('head', key, signal, async (): Promise<ObjectHead | undefined> => {
        const answer = await client
          .send(new HeadObjectCommand({ ...target, Key: key }), sending(signal))
          .catch(undefinedWhen(isNotFound))
        const { ContentLength: Size, ContentType: contentType, Metadata: metadata = {} } = answer ?? {}
        return answer && { ...toSummary({ ...answer, Key: key, Size }), contentType, metadata }
      }),

    list: (prefix, listing) => attempt('list', prefix, listing?.signal, () => list(client, target, prefix, listing)),
    put: (key, body, putting) =>
      attempt('put', key, putting?.signal, () => put(client, target, options, key, body, putting)),
    delete: (key, deleting) => attempt('delete', key, deleting?.signal, () => remove(client, target, key, deleting)),
    deleteMany: (keys, call) =>
      attempt('deleteMany', keys[0] ?? '', call?.signal, () => removeMany(client, target, keys, call)),
  }
}

/**
 * Directory buckets and their access points want the token of a session of five minutes in each request, which the SDK
 * sees to: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-create-session.html
 */
const needsSession = (bucket: string): boolean => /--xa?-s3$/.test(bucket)

async function list(
  client: S3Client,
  target: Target,
  prefix: string,
  { cursor, limit, signal }: ListOptions = {},
): Promise<ListPage> {
  const answer = await client.send(
    new ListObjectsV2Command({ ...target, Prefix: prefix, ContinuationToken: cursor, MaxKeys: limit }),
    sending(signal),
  )
  return {
    objects: (answer.Contents ?? []).map(toSummary),
    cursor: answer.IsTruncated === true ? answer.NextContinuationToken : undefined,
    date: dateOf(answer),
  }
}

async function put(
  client: S3Client,
  target: Target,
  { encryption, kmsKeyId, storageClass }: S3StoreOptions,
  key: string,
  body: Uint8Array,
  { ifMatch, ifNoneMatch, contentType, metadata, tags, signal }: PutOptions = {},
): Promise<PutResult> {
  const command = new PutObjectCommand({
    ...target,
    Key: key,
    Body: body,
    ContentLength: body.byteLength,
    ContentType: contentType,
    Metadata: metadata,
    Tagging: tags && new URLSearchParams(tags).toString(),
    IfMatch: ifMatch,
    IfNoneMatch: ifNoneMatch,
    ServerSideEncryption: encryption,
    SSEKMSKeyId: kmsKeyId,
    // Any string: stores have classes of their own.
    StorageClass: storageClass as StorageClass | undefined,
  })
  const isFailedCondition = (error: unknown): boolean =>
    isConditionFailure(error) || (ifMatch !== undefined && isNotFound(error))
  const answer = await client.send(command, sending(signal)).catch(undefinedWhen(isFailedCondition))
  return answer === undefined ? { kind: 'condition-failed' } : { kind: 'stored', etag: answer.ETag }
}

async function remove(
  client: S3Client,
  target: Target,
  key: string,
  { ifMatch, signal }: DeleteOptions = {},
): Promise<boolean> {
  const command = new DeleteObjectCommand({ ...target, Key: key, IfMatch: ifMatch })
  return client.send(command, sending(signal)).then(
    () => true,
    (error: unknown) => {
      if (isNotFound(error)) return true
      if (isConditionFailure(error)) return false
      throw error
    },
  )
}

async function removeMany(
  client: S3Client,
  target: Target,
  keys: readonly string[],
  { signal }: CallOptions = {},
): Promise<DeleteManyResult> {
  const failed: { key: string; reason: string }[] = []
  for (let start = 0; start < keys.length; start += MAX_DELETE_KEYS) {
    const Objects = keys.slice(start, start + MAX_DELETE_KEYS).map((Key) => ({ Key }))
    const answer = await client.send(
      new DeleteObjectsCommand({ ...target, Delete: { Objects, Quiet: true } }),
      sending(signal),
    )
    // Not its message, in which a server may repeat the request with its credentials.
    for (const { Key = '', Code = 'Unknown' } of answer.Errors ?? []) failed.push({ key: Key, reason: Code })
  }
  return { failed }
}

const undefinedWhen =
  (isValue: (error: unknown) => boolean) =>
  (error: unknown): undefined => {
    if (!isValue(error)) throw error
  }

interface S3Object {
  readonly Key?: string | undefined
  readonly Size?: number | undefined
  readonly ETag?: string | undefined
  readonly LastModified?: Date | undefined
}

const toSummary = ({ Key = '', Size = 0, ETag = '', LastModified }: S3Object): ObjectSummary => ({
  key: Key,
  size: Size,
  etag: ETag,
  lastModified: LastModified?.getTime() ?? 0,
})
