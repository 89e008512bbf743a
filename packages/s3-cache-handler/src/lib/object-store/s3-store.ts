import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type ListObjectsV2CommandOutput,
  type S3ClientConfig,
  type StorageClass,
} from '@aws-sdk/client-s3'
import type {
  CallOptions,
  DeleteManyResult,
  DeleteOptions,
  ListOptions,
  ListPage,
  ObjectOperation,
  ObjectStore,
  ObjectHead,
  ObjectSummary,
  PutOptions,
  PutResult,
} from './object-store.ts'
import { toTime } from './http-date.ts'
import { createPresignedReader, type Target } from './presigned-reader.ts'
import { isConditionFailure, isNotFound, toObjectStoreError } from './s3-errors.ts'

/** S3 accepts no more keys in one DeleteObjects: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const MAX_DELETE_KEYS = 1000

export interface S3StoreOptions {
  readonly bucket: string
  readonly endpoint?: string | undefined
  readonly region?: string | undefined
  readonly forcePathStyle: boolean
  readonly encryption?: 'AES256' | 'aws:kms' | undefined
  readonly kmsKeyId?: string | undefined
  readonly storageClass?: string | undefined
  readonly expectedBucketOwner?: string | undefined
}

/** A bucket on S3 or on what speaks its protocol. Credentials come from the AWS SDK's default chain. */
export function createS3ObjectStore(options: S3StoreOptions): ObjectStore {
  const client = new S3Client(clientConfig(options))
  keepDates(client)
  const target = {
    Bucket: options.bucket,
    ...(options.expectedBucketOwner !== undefined && { ExpectedBucketOwner: options.expectedBucketOwner }),
  }
  return {
    get: createPresignedReader(client, target),

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

function clientConfig({ endpoint, region, forcePathStyle }: S3StoreOptions): S3ClientConfig {
  return {
    forcePathStyle,
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    // Repeating is withRetry's concern, inside the deadline.
    maxAttempts: 1,
    // Many S3-compatible stores refuse the checksums that the SDK adds by default.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  }
}

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

/** The SDK drops the header that tells the store's time. */
function keepDates(client: S3Client): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      const { headers = {} } = result.response as { readonly headers?: Readonly<Record<string, string>> }
      if (result.output !== undefined) Object.assign(result.output.$metadata, { date: headers['date'] })
      return result
    },
    { step: 'deserialize', name: 'keepDates', priority: 'high' },
  )
}

const dateOf = ({ $metadata }: ListObjectsV2CommandOutput): number | undefined =>
  toTime(($metadata as { readonly date?: string }).date)

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
    for (const { Key = '', Code = 'Unknown', Message = '' } of answer.Errors ?? []) {
      failed.push({ key: Key, reason: `${Code} ${Message}`.trim() })
    }
  }
  return { failed }
}

const sending = (signal: AbortSignal | undefined): { abortSignal?: AbortSignal } =>
  signal === undefined ? {} : { abortSignal: signal }

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

async function attempt<T>(
  operation: ObjectOperation,
  key: string,
  signal: AbortSignal | undefined,
  send: () => Promise<T>,
): Promise<T> {
  try {
    return await send()
  } catch (error) {
    throw toObjectStoreError(error, operation, key, signal)
  }
}
