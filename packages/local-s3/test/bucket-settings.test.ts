import {
  DeleteBucketEncryptionCommand,
  DeletePublicAccessBlockCommand,
  GetBucketEncryptionCommand,
  GetBucketLocationCommand,
  GetBucketPolicyStatusCommand,
  GetPublicAccessBlockCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { createClient, s3Error, startServer } from './server.ts'

const Bucket = 'bucket'
const server = await startServer({ buckets: [Bucket] })
const client = createClient(server)

const block = (more: object): Promise<unknown> =>
  client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: more }))
const setPolicy = (Principal: string | object, Condition?: object): Promise<unknown> => {
  const statement = { Effect: 'Allow', Principal, Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket/*', Condition }
  return client.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Statement: [statement] }) }))
}
const isPublic = async (): Promise<boolean | undefined> =>
  (await client.send(new GetBucketPolicyStatusCommand({ Bucket }))).PolicyStatus?.IsPublic

it('tells whether the policy lets anybody in', async () => {
  await expect(isPublic()).rejects.toMatchObject(s3Error('NoSuchBucketPolicy', 404))
  await setPolicy({ AWS: 'arn:aws:iam::000000000000:user/one' })
  expect(await isPublic()).toBe(false)
  await setPolicy('*', { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } })
  expect(await isPublic()).toBe(false)
  await setPolicy({ AWS: '*' })
  expect(await isPublic()).toBe(true)
  await setPolicy('*', { StringLike: { 's3:prefix': '*' } })
  expect(await isPublic()).toBe(true)
})

it('blocks public access as it is told to', async () => {
  const read = async (): Promise<number> => (await fetch(`${server.url}/bucket/k`)).status
  const stored = async (): Promise<unknown> =>
    (await client.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration
  await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
  await setPolicy('*')
  expect(await read()).toBe(200)
  await expect(stored()).rejects.toMatchObject(s3Error('NoSuchPublicAccessBlockConfiguration', 404))

  await block({ RestrictPublicBuckets: true })
  expect(await stored()).toEqual({ RestrictPublicBuckets: true })
  expect(await read()).toBe(403)
  await setPolicy('*')

  await block({ BlockPublicPolicy: true })
  expect(await read()).toBe(200)
  await expect(setPolicy('*')).rejects.toMatchObject(s3Error('AccessDenied', 403))
  await setPolicy({ AWS: 'arn:aws:iam::000000000000:user/one' })

  await client.send(new DeletePublicAccessBlockCommand({ Bucket }))
  await setPolicy('*')
  expect(await read()).toBe(200)
})

it('keeps what is said of encryption, which by default is that of S3', async () => {
  const algorithm = async (): Promise<string | undefined> => {
    const { ServerSideEncryptionConfiguration: stored } = await client.send(new GetBucketEncryptionCommand({ Bucket }))
    return stored?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm
  }
  expect(await algorithm()).toBe('AES256')
  const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' as const } }]
  await client.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }))
  expect(await algorithm()).toBe('aws:kms')
  await client.send(new DeleteBucketEncryptionCommand({ Bucket }))
  expect(await algorithm()).toBe('AES256')
})

it('is in us-east-1', async () => {
  const { LocationConstraint } = await client.send(new GetBucketLocationCommand({ Bucket }))
  expect(LocationConstraint ?? '').toBe('')
})
