/** A policy as IAM takes it: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html */
export interface Policy {
  readonly Version: '2012-10-17'
  readonly Statement: readonly PolicyStatement[]
}

export interface PolicyStatement {
  readonly Sid: string
  readonly Effect: 'Allow'
  readonly Action: readonly string[]
  readonly Resource: readonly string[]
  /** Operator → condition key → values. */
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
}

/** What a policy is for. */
export interface PolicyPlace {
  readonly bucket: string
  readonly prefix: string
  readonly region?: string | undefined
  readonly expiryTags?: boolean | undefined
  readonly encryption?: 'AES256' | 'aws:kms' | undefined
  /** Its ID, its ARN, or an alias. */
  readonly kmsKeyId?: string | undefined
}

/** Who a policy is for. */
export type PolicyReader = 'app' | 'operator'

export const POLICY_READERS: readonly PolicyReader[] = ['app', 'operator']

/**
 * The least that is needed: `app` for servers and for every command that works on the cache's objects, `operator` for
 * those that look at the bucket's settings or change its lifecycle rules as well.
 */
export function policyFor(place: PolicyPlace, reader: PolicyReader): Policy {
  const statements = isDirectoryBucket(place) ? directoryStatements(place, reader) : bucketStatements(place, reader)
  return { Version: '2012-10-17', Statement: [...statements, ...keyStatements(place)] }
}

function bucketStatements(place: PolicyPlace, reader: PolicyReader): PolicyStatement[] {
  const arn = `arn:${partitionOf(place)}:s3:::${literal(place.bucket)}`
  const ours = `${literal(place.prefix)}v1/*`
  const tagging = place.expiryTags === true ? ['s3:PutObjectTagging'] : []
  const actions = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', ...tagging]
  return [
    allow('CacheObjects', actions, `${arn}/${ours}`),
    allow('CacheListings', ['s3:ListBucket'], arn, { StringLike: { 's3:prefix': [ours] } }),
    ...(reader === 'operator' ? [allow('BucketSettings', SETTINGS_ACTIONS, arn)] : []),
  ]
}

const SETTINGS_ACTIONS = [
  's3:GetLifecycleConfiguration',
  's3:PutLifecycleConfiguration',
  's3:GetBucketLocation',
  's3:GetBucketVersioning',
  's3:GetBucketPublicAccessBlock',
  's3:GetBucketPolicyStatus',
  's3:GetEncryptionConfiguration',
]

/**
 * Sessions are all that can be allowed of its objects, and they are for the whole bucket:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-security-iam.html
 */
function directoryStatements(place: PolicyPlace, reader: PolicyReader): PolicyStatement[] {
  const arn = `arn:${partitionOf(place)}:s3express:${place.region ?? '*'}:*:bucket/${literal(place.bucket)}`
  const settings = ['GetLifecycleConfiguration', 'PutLifecycleConfiguration', 'GetEncryptionConfiguration']
  return [
    allow('CacheObjects', ['s3express:CreateSession'], arn),
    ...(reader === 'operator'
      ? [
          allow(
            'BucketSettings',
            settings.map((action) => `s3express:${action}`),
            arn,
          ),
        ]
      : []),
  ]
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#require-sse-kms */
function keyStatements(place: PolicyPlace): PolicyStatement[] {
  const { encryption, kmsKeyId } = place
  if (encryption !== 'aws:kms') return []
  const partition = partitionOf(place)
  const viaS3 = { StringLike: { 'kms:ViaService': [`s3.*.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}`] } }
  const allowKey = (resource: string, condition?: PolicyStatement['Condition']): PolicyStatement[] => [
    allow('CacheKey', ['kms:GenerateDataKey', 'kms:Decrypt'], resource, condition),
  ]
  // That is the account's own key for S3, whose policy allows it already.
  if (kmsKeyId === undefined) return []
  const alias = /^(?:arn:.+:)?(?<name>alias\/.+)$/.exec(kmsKeyId)?.groups?.['name']
  if (alias !== undefined) {
    return allowKey('*', { ...viaS3, 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': [literal(alias)] } })
  }
  if (kmsKeyId.startsWith('arn:')) return allowKey(literal(kmsKeyId))
  return allowKey(`arn:${partition}:kms:*:*:key/${literal(kmsKeyId)}`)
}

function allow(
  sid: string,
  actions: readonly string[],
  resource: string,
  condition?: PolicyStatement['Condition'],
): PolicyStatement {
  return {
    Sid: sid,
    Effect: 'Allow',
    Action: actions,
    Resource: [resource],
    ...(condition !== undefined && { Condition: condition }),
  }
}

const isDirectoryBucket = ({ bucket }: PolicyPlace): boolean => /--xa?-s3$/.test(bucket)

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
function partitionOf({ region = '' }: PolicyPlace): string {
  if (region.startsWith('cn-')) return 'aws-cn'
  if (region.startsWith('eusc-')) return 'aws-eusc'
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}

/** `*`, `?` and `$` mean something in a policy: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html */
const literal = (text: string): string => text.replaceAll(/[*?$]/g, (character) => `\${${character}}`)
