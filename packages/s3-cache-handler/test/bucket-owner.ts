import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  type PublicAccessBlockConfiguration,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3'

export interface OwnedBucket {
  readonly endpoint: string
  readonly bucket: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/** What the owner of a bucket sets with `aws`. */
export interface BucketOwner {
  create(): Promise<unknown>
  /** Undefined for no block at all. */
  blockPublicAccess(parts: PublicAccessBlockConfiguration | undefined): Promise<unknown>
  /** Undefined for no policy at all. */
  setPolicy(statements: readonly object[] | undefined): Promise<unknown>
  encryptByKms(options: { readonly hasBucketKey: boolean }): Promise<unknown>
}

export function bucketOwner({ endpoint, bucket: Bucket, credentials }: OwnedBucket): BucketOwner {
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials })
  return {
    create: () => client.send(new CreateBucketCommand({ Bucket })),
    blockPublicAccess: (PublicAccessBlockConfiguration) =>
      PublicAccessBlockConfiguration === undefined
        ? client.send(new DeletePublicAccessBlockCommand({ Bucket }))
        : client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration })),
    setPolicy: (Statement) =>
      Statement === undefined
        ? client.send(new DeleteBucketPolicyCommand({ Bucket }))
        : client.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Statement }) })),
    encryptByKms: ({ hasBucketKey: BucketKeyEnabled }) => {
      const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' as const }, BucketKeyEnabled }]
      return client.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }))
    },
  }
}
