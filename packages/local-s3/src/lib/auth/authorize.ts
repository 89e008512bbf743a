import { S3Error } from '../http/errors.ts'
import { readSetting } from '../operations/bucket-settings.ts'
import type { Store } from '../store/store.ts'
import type { Need } from './actions.ts'
import { judgeAccess, parseBucketPolicy, type PolicyStatement, type PolicyVerdict } from './policy.ts'

/** Whose request it is. */
export type Requester =
  | { readonly kind: 'anonymous' }
  /** Owns all buckets: may do what no bucket policy denies. */
  | { readonly kind: 'owner' }
  /** May do what the policy of its keys or of the bucket allows, and neither denies. */
  | { readonly kind: 'user'; readonly name: string; readonly policy: readonly PolicyStatement[] }

/** Says whether something may be done. */
export type Permissions = (need: Need) => Promise<boolean>

const ACCOUNT = 'arn:aws:iam::000000000000'
/** The owner can always put a wrong policy right. */
const OWNERS_OWN = ['s3:DeleteBucketPolicy', 's3:GetBucketPolicy', 's3:PutBucketPolicy']

/** What a requester may do; the bucket's policy is that of the moment of asking. */
export function permissionsOf(store: Store, requester: Requester): Permissions {
  return async (need) => {
    const access = {
      principal: principalOf(requester),
      action: need.action,
      resource: `arn:aws:s3:::${need.bucket}${need.key === '' ? '' : `/${need.key}`}`,
      context: need.context ?? {},
    }
    const verdicts: PolicyVerdict[] = [judgeAccess(await bucketPolicy(store, need.bucket), access)]
    if (requester.kind === 'user') verdicts.push(judgeAccess(requester.policy, access))
    if (verdicts.includes('deny')) return requester.kind === 'owner' && OWNERS_OWN.includes(need.action)
    return requester.kind === 'owner' || verdicts.includes('allow')
  }
}

/** Throws `AccessDenied` unless all that is needed may be done. */
export async function requireAll(may: Permissions, needs: readonly Need[]): Promise<void> {
  for (const need of needs) if (!(await may(need))) throw new S3Error('AccessDenied')
}

function principalOf(requester: Requester): string {
  if (requester.kind === 'anonymous') return '*'
  return requester.kind === 'owner' ? `${ACCOUNT}:root` : `${ACCOUNT}:user/${requester.name}`
}

async function bucketPolicy(store: Store, bucket: string): Promise<readonly PolicyStatement[]> {
  if (store.bucket(bucket) === undefined) return []
  const document = await readSetting(store, bucket, 'policy')
  return document === undefined ? [] : parseBucketPolicy(document, bucket)
}
