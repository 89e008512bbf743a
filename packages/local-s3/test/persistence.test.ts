import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListBucketsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterAll, expect, it } from 'vitest'
import { startLocalS3 } from '../src/index.ts'
import { createClient } from './server.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'local-s3-'))
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))
const Bucket = 'kept'

it('keeps all that it was told over a restart', async () => {
  const before = await startLocalS3({ dataDir, buckets: [Bucket] })
  const writer = createClient(before)
  const details = { ContentType: 'text/a', Metadata: { a: '1' }, ChecksumAlgorithm: 'SHA256' } as const
  await writer.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x', Tagging: 't=v', ...details }))
  const Policy = JSON.stringify({
    Statement: { Effect: 'Deny', Principal: '*', Action: 's3:DeleteObject', Resource: '*' },
  })
  await writer.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  const Rules = [{ ID: 'r', Status: 'Enabled' as const, Filter: { Prefix: 'p/' }, Expiration: { Days: 1 } }]
  await writer.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }))
  const { UploadId } = await writer.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }))
  const named = { Bucket, Key: 'parts', UploadId }
  const { ETag } = await writer.send(new UploadPartCommand({ ...named, PartNumber: 1, Body: 'part' }))
  await before.close()

  const after = await startLocalS3({ dataDir })
  const reader = createClient(after)
  expect((await reader.send(new ListBucketsCommand({}))).Buckets).toMatchObject([{ Name: Bucket }])
  const object = await reader.send(new GetObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }))
  expect(object).toMatchObject({ ContentType: 'text/a', Metadata: { a: '1' }, ChecksumSHA256: expect.any(String) })
  expect(await object.Body?.transformToString()).toBe('x')
  const tags = await reader.send(new GetObjectTaggingCommand({ Bucket, Key: 'k' }))
  expect(tags.TagSet).toEqual([{ Key: 't', Value: 'v' }])
  expect((await reader.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toBe(Policy)
  const lifecycle = await reader.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))
  expect(lifecycle.Rules).toMatchObject(Rules)
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
  await reader.send(new CompleteMultipartUploadCommand({ ...named, MultipartUpload }))
  const parts = await reader.send(new GetObjectCommand({ Bucket, Key: 'parts' }))
  expect(await parts.Body?.transformToString()).toBe('part')
  await after.close()
})
