import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { createClient, s3Error, startServer } from './server.ts'

const server = await startServer()
const client = createClient(server)

it('creates a bucket, once, and lists it', async () => {
  await client.send(new CreateBucketCommand({ Bucket: 'created' }))
  await client.send(new HeadBucketCommand({ Bucket: 'created' }))
  const { Buckets = [] } = await client.send(new ListBucketsCommand())
  expect(Buckets.map(({ Name }) => Name)).toEqual(['bucket', 'created'])
  const again = client.send(new CreateBucketCommand({ Bucket: 'created' }))
  await expect(again).rejects.toMatchObject(s3Error('BucketAlreadyOwnedByYou', 409))
})

it('creates a bucket in whatever region is asked for', async () => {
  const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const
  await client.send(new CreateBucketCommand({ Bucket: 'in-ireland', CreateBucketConfiguration }))
  await client.send(new HeadBucketCommand({ Bucket: 'in-ireland' }))
})

it('refuses a name that S3 would refuse', async () => {
  const command = new CreateBucketCommand({ Bucket: 'Not_A_Bucket' })
  await expect(client.send(command)).rejects.toMatchObject(s3Error('InvalidBucketName', 400))
})

it('answers NoSuchBucket for all that is done to a missing bucket', async () => {
  const Bucket = 'missing'
  await expect(client.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject(s3Error('NotFound', 404))
  const put = client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
  await expect(put).rejects.toMatchObject(s3Error('NoSuchBucket', 404))
  await expect(client.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject(s3Error('NoSuchBucket', 404))
})

it('deletes a bucket only when it is empty', async () => {
  const Bucket = 'to-delete'
  await client.send(new CreateBucketCommand({ Bucket }))
  await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
  await expect(client.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject(s3Error('BucketNotEmpty', 409))
  await client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }))
  await client.send(new DeleteBucketCommand({ Bucket }))
  await expect(client.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject(s3Error('NotFound', 404))
})

it('keeps versions in no bucket, and says so', async () => {
  const versioning = (Bucket: string): Promise<{ Status?: string | undefined }> =>
    client.send(new GetBucketVersioningCommand({ Bucket }))
  expect((await versioning('bucket')).Status).toBeUndefined()
  await expect(versioning('nowhere')).rejects.toMatchObject(s3Error('NoSuchBucket', 404))
})
