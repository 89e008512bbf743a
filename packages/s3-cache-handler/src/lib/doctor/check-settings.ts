import { messageOf } from '../errors.ts'
import { parseLifecycle } from '../lifecycle/lifecycle-document.ts'
import { planLifecycle } from '../lifecycle/lifecycle-plan.ts'
import { ownRules } from '../lifecycle/own-rules.ts'
import type { PublicAccessBlock } from '../object-store/bucket-properties.ts'
import { isRefusal } from '../object-store/capabilities.ts'
import { isDenial } from '../object-store/object-store-error.ts'
import { failure, type Finding, ok, unknown, warning } from './finding.ts'
import type { Patient } from './patient.ts'
import { reachOf, type RuleReach } from './rule-reach.ts'

/** What the bucket's owner has set: nothing of it is changed. */
export async function* checkSettings(patient: Patient): AsyncGenerator<Finding> {
  yield await told('public access', () => checkPublicAccess(patient))
  yield await told('encryption', () => checkEncryption(patient))
  const rules = await readRules(patient)
  yield await told('versioning', () => checkVersioning(patient, rules.kind === 'read' ? rules.reaches : []))
  yield* rules.kind === 'read' ? checkLifecycle(patient, rules) : [notTold('lifecycle', rules.error)]
}

async function told(check: string, find: () => Promise<Finding>): Promise<Finding> {
  try {
    return await find()
  } catch (error) {
    return notTold(check, error)
  }
}

function notTold(check: string, error: unknown): Finding {
  if (isDenial(error)) {
    return unknown(check, messageOf(error), 'run the doctor with what "s3-cache policy --for operator" allows')
  }
  return isRefusal(error) ? unknown(check, 'this store does not tell') : unknown(check, messageOf(error))
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
    : warning(check, `nobody is let in, but ${open.join(', ')} would not stop who changes that`, advice)
}

async function checkEncryption({ settings }: Patient): Promise<Finding> {
  const check = 'encryption'
  const { algorithm, hasBucketKey } = await settings.encryption()
  if (algorithm === undefined) {
    return warning(check, 'objects are stored as they are', "turn on the bucket's default encryption")
  }
  const isDear = algorithm.startsWith('aws:kms') && !hasBucketKey
  return isDear
    ? warning(
        check,
        `${algorithm}, each object with a key of its own`,
        'turn on S3 Bucket Keys: they ask KMS, and cost, 99 % less',
      )
    : ok(check, algorithm)
}

async function checkVersioning({ settings }: Patient, reaches: readonly RuleReach[]): Promise<Finding> {
  const check = 'versioning'
  if (!(await settings.keepsVersions())) return ok(check, 'off')
  const isBounded = reaches.some(({ deletesOldVersions, reachesEntries }) => deletesOldVersions && reachesEntries)
  return isBounded
    ? ok(check, 'on; a rule deletes old versions')
    : warning(
        check,
        'on, and every entry that was ever replaced or deleted is kept, and paid for',
        '"s3-cache lifecycle apply" adds a rule that deletes old versions',
      )
}

type Rules =
  | { readonly kind: 'read'; readonly reaches: readonly RuleReach[]; readonly missing: number }
  | { readonly kind: 'failed'; readonly error: unknown }

async function readRules({ settings, layout, options: { expiryTags } }: Patient): Promise<Rules> {
  try {
    const document = parseLifecycle((await settings.lifecycle()).xml)
    const wanted = ownRules(layout, { expiryTags, oldVersions: false })
    const { added, changed } = planLifecycle(layout, document, wanted)
    const missing = added.length + changed.length
    return { kind: 'read', missing, reaches: document.rules.map((rule) => reachOf(rule, layout)) }
  } catch (error) {
    return { kind: 'failed', error }
  }
}

/** Objects in them must be restored, for hours, before they can be read. */
const UNREADABLE = ['GLACIER', 'DEEP_ARCHIVE']

function* checkLifecycle(
  { layout, options: { expiryTags } }: Patient,
  { reaches, missing }: Extract<Rules, { kind: 'read' }>,
): Generator<Finding> {
  const check = 'lifecycle'
  const bad = reaches.flatMap((reach) => [...harmOf(reach, layout.entries('all'))])
  yield* bad
  const deletes = reaches.some((reach) => reach.deletes && reach.reachesEntries)
  if (expiryTags && missing > 0) {
    yield warning(check, `${missing} rules for the tags of entries are missing, or changed`, 's3-cache lifecycle apply')
  } else if (!deletes) {
    yield warning(
      check,
      'nothing deletes entries that nobody reads any more',
      'set CACHE_EXPIRY_TAGS=1 for the app, then "s3-cache lifecycle apply"; or run "s3-cache prune" once a day',
    )
  } else if (bad.length === 0) yield ok(check, 'a rule deletes what is past its time')
}

function* harmOf({ id, deletes, movesTo, reachesEntries, reachesLog }: RuleReach, entries: string): Generator<Finding> {
  const name = id === undefined ? 'a rule without an ID' : `the rule "${id}"`
  if (deletes && reachesLog) {
    yield failure(
      'lifecycle',
      `${name} deletes the log of invalidations: what it covers is served again`,
      `give it a filter for ${entries}`,
    )
  }
  if (!reachesEntries && !reachesLog) return
  const unreadable = movesTo.filter((storageClass) => UNREADABLE.includes(storageClass))
  if (unreadable.length > 0) {
    yield failure(
      'lifecycle',
      `${name} moves entries to ${unreadable.join(', ')}, where they cannot be read`,
      'exclude the prefix from it',
    )
  } else if (movesTo.length > 0) {
    yield warning(
      'lifecycle',
      `${name} moves entries to ${movesTo.join(', ')}, which charges each move and at least 30 days`,
      'exclude the prefix from it',
    )
  }
}
