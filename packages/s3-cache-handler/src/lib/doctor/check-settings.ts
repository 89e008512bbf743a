import { messageOf } from '../errors.ts'
import type { PublicAccessBlock } from '../object-store/bucket-properties.ts'
import { isRefusal } from '../object-store/capabilities.ts'
import { isDenial } from '../object-store/object-store-error.ts'
import { checkLifecycle, checkVersioning, readRules, type Rules } from './check-lifecycle.ts'
import { examine, failure, type Finding, ok, unknown, warning } from './finding.ts'
import type { Patient } from './patient.ts'

/** What the bucket's owner has set: nothing of it is changed. */
export async function* checkSettings(patient: Patient): AsyncGenerator<Finding> {
  const told = (check: string, action: string, find: () => Promise<Finding>): Promise<Finding> =>
    examine(find, (error) => notTold(check, action, error))
  yield await told('public access', 's3:GetBucketPublicAccessBlock', () => checkPublicAccess(patient))
  yield await told('encryption', 's3:GetEncryptionConfiguration', () => checkEncryption(patient))
  const rules = await readRules(patient).catch((error: unknown) => ({ error }))
  const known: Rules | undefined = 'error' in rules ? undefined : rules
  yield await told('versioning', 's3:GetBucketVersioning', () => checkVersioning(patient, known))
  if ('error' in rules) yield notTold('lifecycle', 's3:GetLifecycleConfiguration', rules.error)
  else yield* checkLifecycle(patient, rules)
}

function notTold(check: string, action: string, error: unknown): Finding {
  if (isDenial(error)) {
    return unknown(check, `${action} is denied`, 'run the doctor with what "s3-cache policy --for operator" allows')
  }
  return unknown(check, isRefusal(error) ? 'this store does not tell' : messageOf(error))
}

const BLOCK_PARTS: readonly (keyof PublicAccessBlock)[] = [
  'BlockPublicAcls',
  'IgnorePublicAcls',
  'BlockPublicPolicy',
  'RestrictPublicBuckets',
]

async function checkPublicAccess({ settings, options: { bucket } }: Patient): Promise<Finding> {
  const check = 'public access'
  const advice =
    `aws s3api put-public-access-block --bucket ${bucket} --public-access-block-configuration ` +
    BLOCK_PARTS.map((part) => `${part}=true`).join(',')
  const block = await settings.publicAccessBlock()
  const open = BLOCK_PARTS.filter((part) => block[part] !== true)
  if (open.length === 0) return ok(check, 'blocked')
  return open.includes('RestrictPublicBuckets') && (await settings.isPublic())
    ? failure(check, "the bucket's policy lets anybody in", advice)
    : warning(check, `the bucket's policy lets nobody in, but ${open.join(', ')} would let others do so`, advice)
}

async function checkEncryption({ settings, options: { encryption: asked } }: Patient): Promise<Finding> {
  const check = 'encryption'
  const { algorithm, hasBucketKey } = await settings.encryption()
  const used = asked ?? algorithm
  if (used === undefined) {
    return warning(check, 'objects are stored as they are', "turn on the bucket's default encryption")
  }
  // With the dual-layer form there are no bucket keys: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
  const isDear = used === 'aws:kms' && !hasBucketKey
  return isDear
    ? warning(
        check,
        `${used}, each object with a key of its own`,
        'turn on S3 Bucket Keys: KMS is asked, and paid, far less',
      )
    : ok(check, used)
}
