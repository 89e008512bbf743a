import { createHash, randomBytes } from 'node:crypto'
import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
  type PutObjectCommandInput,
  type PutObjectCommandOutput,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3'
import type { LocalS3Options } from '../../src/index.ts'
import { startLocalS3 } from '../../src/index.ts'
import { credentials } from '../server.ts'

/** The server under test, and a bucket on it. */
export interface Subject {
  readonly endpoint: string
  readonly bucket: string
  readonly client: S3Client
  readonly connect: (config?: S3ClientConfig) => S3Client
  readonly put: (
    key: string,
    body?: PutObjectCommandInput['Body'],
    more?: Partial<PutObjectCommandInput>,
  ) => Promise<PutObjectCommandOutput>
  /** With the whole body read. */
  readonly get: (
    key: string,
    more?: Partial<GetObjectCommandInput>,
  ) => Promise<GetObjectCommandOutput & { readonly bytes: Buffer }>
  readonly text: (key: string) => Promise<string>
  readonly bytes: (key: string, more?: Partial<GetObjectCommandInput>) => Promise<Buffer>
  readonly exists: (key: string) => Promise<boolean>
  /** Every key, page by page. */
  readonly list: (more?: Partial<ListObjectsV2CommandInput>) => Promise<string[]>
  readonly close: () => Promise<void>
}

/** local-s3, or with S3_TEST_ENDPOINT the server there, whose buckets the credentials must be allowed to create. */
export async function openSubject(local: LocalS3Options): Promise<Subject> {
  const { S3_TEST_ENDPOINT: external, AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = process.env
  const server = external === undefined ? await startLocalS3(local) : undefined
  const endpoint = server?.url ?? external ?? ''
  const keys =
    server === undefined ? { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY } : credentials
  const clients: S3Client[] = []
  const connect = (config: S3ClientConfig = {}): S3Client => {
    const client = new S3Client({
      endpoint,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: keys,
      maxAttempts: 1,
      ...config,
    })
    clients.push(client)
    return client
  }
  const client = connect()
  const Bucket = `probe-${randomBytes(4).toString('hex')}`
  await client.send(new CreateBucketCommand({ Bucket }))
  const get: Subject['get'] = async (Key, more) => {
    const answer = await client.send(new GetObjectCommand({ Bucket, Key, ...more }))
    return { ...answer, bytes: Buffer.from((await answer.Body?.transformToByteArray()) ?? []) }
  }
  const bytes: Subject['bytes'] = async (key, more) => (await get(key, more)).bytes
  const list: Subject['list'] = async (more) => {
    const keys: string[] = []
    let ContinuationToken: string | undefined
    do {
      const page = await client.send(new ListObjectsV2Command({ Bucket, ContinuationToken, ...more }))
      keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key))
      ContinuationToken = page.NextContinuationToken
    } while (ContinuationToken !== undefined)
    return keys
  }
  return {
    endpoint,
    bucket: Bucket,
    client,
    connect,
    put: (Key, Body = 'x', more = {}) => client.send(new PutObjectCommand({ Bucket, Key, Body, ...more })),
    get,
    text: async (key) => (await bytes(key)).toString(),
    bytes,
    exists: (Key) =>
      client.send(new HeadObjectCommand({ Bucket, Key })).then(
        () => true,
        () => false,
      ),
    list,
    async close() {
      if (server === undefined) {
        const Objects = (await list()).map((Key) => ({ Key }))
        for (let start = 0; start < Objects.length; start += 1000) {
          const Delete = { Objects: Objects.slice(start, start + 1000) }
          await client.send(new DeleteObjectsCommand({ Bucket, Delete }))
        }
      }
      for (const one of clients) one.destroy()
      await server?.close()
    },
  }
}

export const md5 = (body: Uint8Array): string => `"${createHash('md5').update(body).digest('hex')}"`

/** The status and the name of the error that the SDK throws. */
export const failure = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'succeeded',
    (error: { name?: string; $metadata?: { httpStatusCode?: number } }) =>
      `${error.$metadata?.httpStatusCode} ${error.name}`,
  )

export const times = <T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)))
