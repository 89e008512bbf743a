import {
  GetBucketEncryptionCommand,
  GetBucketLocationCommand,
  GetBucketPolicyStatusCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  type PublicAccessBlockConfiguration,
} from '@aws-sdk/client-s3'
import { isRefusal } from './capabilities.ts'
import { isDenial, ObjectStoreError } from './object-store-error.ts'
import type { S3Connection } from './s3-connection.ts'

/** What S3 does by itself with objects whose PUT asks for nothing. */
export interface BucketEncryption {
  /** `AES256` or `aws:kms`, among others; undefined for none. */
  readonly algorithm: string | undefined
  /** Whether one key of KMS is used for many objects, which costs less. */
  readonly hasBucketKey: boolean
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PublicAccessBlockConfiguration.html */
export type PublicAccessBlock = Readonly<PublicAccessBlockConfiguration>

/** What the owner of a bucket has set, and the cache only looks at. Every call rejects with an ObjectStoreError. */
export interface BucketProperties {
  /** Whether it keeps versions, or has kept some; `false`, too, where the store has none. */
  keepsVersions(): Promise<boolean>
  /** The region, as AWS calls it. */
  location(): Promise<string>
  encryption(): Promise<BucketEncryption>
  /** Empty where there is none. */
  publicAccessBlock(): Promise<PublicAccessBlock>
  /** Whether the bucket's policy lets anybody in. */
  isPublic(): Promise<boolean>
}

/** Sends a request about the bucket as a whole. */
export type AskBucket = <T>(send: (options: { readonly abortSignal: AbortSignal }) => Promise<T>) => Promise<T>

export function bucketProperties({ client, target }: S3Connection, ask: AskBucket): BucketProperties {
  return {
    async keepsVersions() {
      try {
        const { Status } = await ask((sending) => client.send(new GetBucketVersioningCommand(target), sending))
        return Status === 'Enabled' || Status === 'Suspended'
      } catch (error) {
        if (isRefusal(error) && !isDenial(error)) return false
        throw error
      }
    },
    async location() {
      const { LocationConstraint } = await ask((sending) => client.send(new GetBucketLocationCommand(target), sending))
      return REGIONS[LocationConstraint ?? ''] ?? LocationConstraint ?? ''
    },
    async encryption() {
      const read = ask((sending) => client.send(new GetBucketEncryptionCommand(target), sending))
      const answer = await orMissing(read, 'ServerSideEncryptionConfigurationNotFoundError')
      const rules = answer === undefined ? [] : requireTold(answer.ServerSideEncryptionConfiguration).Rules
      const rule = rules?.[0]
      return {
        algorithm: rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm,
        hasBucketKey: rule?.BucketKeyEnabled === true,
      }
    },
    async publicAccessBlock() {
      const read = ask((sending) => client.send(new GetPublicAccessBlockCommand(target), sending))
      const answer = await orMissing(read, 'NoSuchPublicAccessBlockConfiguration')
      if (answer === undefined) return {}
      return requireTold(answer.PublicAccessBlockConfiguration)
    },
    async isPublic() {
      const read = ask((sending) => client.send(new GetBucketPolicyStatusCommand(target), sending))
      return (await orMissing(read, 'NoSuchBucketPolicy'))?.PolicyStatus?.IsPublic === true
    },
  }
}

/** Names of old: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
const REGIONS: Readonly<Record<string, string>> = { '': 'us-east-1', EU: 'eu-west-1' }

/** A store that does not know what is asked may answer something else. */
function requireTold<T>(setting: T | undefined): T {
  if (setting !== undefined) return setting
  throw new ObjectStoreError('ERR_OBJECT_STORE_FAILED', 'were not told', {
    operation: 'settings',
    key: '',
    storeCode: 'NotImplemented',
  })
}

/** @param storeCode By which a store says that nobody has set it. */
export async function orMissing<T>(read: Promise<T>, storeCode: string): Promise<T | undefined> {
  try {
    return await read
  } catch (error) {
    if (error instanceof ObjectStoreError && error.storeCode === storeCode) return undefined
    throw error
  }
}
