import { ObjectStoreError } from '../object-store/object-store-error.ts'
import type { Patient } from './patient.ts'

/** By the store's own name for what is wrong. */
const BY_STORE_CODE: Readonly<Record<string, string>> = {
  ExpiredToken: 'the session has ended: get new credentials, as by "aws sso login"',
  InvalidToken: 'the session token is wrong: get new credentials, as by "aws sso login"',
  InvalidBucketName: 'mend CACHE_S3_BUCKET',
  RequestTimeTooSkewed: "set this machine's clock",
}

/** What to do where no request is served. */
export function adviceFor(error: unknown, { bucket, endpoint, region }: Patient['options']): string {
  if (!(error instanceof ObjectStoreError)) return 'mend AWS_REGION and CACHE_S3_ENDPOINT_URL'
  const known = BY_STORE_CODE[error.storeCode ?? '']
  if (known !== undefined) return known
  switch (error.code) {
    case 'ERR_OBJECT_STORE_NO_BUCKET': {
      // https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html: us-east-1 alone has no constraint.
      const isElsewhere = region !== undefined && region !== 'us-east-1' && endpoint === undefined
      const where = isElsewhere ? ` --region ${region} --create-bucket-configuration LocationConstraint=${region}` : ''
      return `create it: aws s3api create-bucket --bucket ${bucket}${where}; or mend CACHE_S3_BUCKET`
    }
    case 'ERR_OBJECT_STORE_DENIED':
      return 'the access key or its secret is wrong, or has ended: mend AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'
    case 'ERR_OBJECT_STORE_BUSY':
      return 'the store is overloaded or down: wait, and look at what its owner says'
    case 'ERR_OBJECT_STORE_UNREACHABLE':
      return 'mend CACHE_S3_ENDPOINT_URL, AWS_REGION or the network'
    default:
      return 'mend AWS_REGION and CACHE_S3_ENDPOINT_URL'
  }
}
