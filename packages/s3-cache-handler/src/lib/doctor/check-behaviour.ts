import { messageOf } from '../errors.ts'
import type { Capability } from '../object-store/capabilities.ts'
import { failure, type Finding, ok, unknown, warning } from './finding.ts'
import type { Patient } from './patient.ts'

/** A store that answers from several places is caught by one of them. */
const ROUNDS = 5
const OTHER_STORE = 'use a store that is consistent, as S3 is: invalidations are lost on any other'

/** Whether what is written is there at once, for reads and for listings. */
export async function* checkConsistency(patient: Patient): AsyncGenerator<Finding> {
  yield await examine('read after write', () => readAfterWrite(patient))
  yield await examine('list after write', () => listAfterWrite(patient))
}

async function examine(check: string, find: () => Promise<Finding>): Promise<Finding> {
  try {
    return await find()
  } catch (error) {
    return unknown(check, `could not be tried: ${messageOf(error)}`)
  }
}

async function readAfterWrite({ store, probeKey }: Patient): Promise<Finding> {
  const check = 'read after write'
  const key = `${probeKey}-read`
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const body = Buffer.from(`round ${round}`)
      await store.put(key, body)
      const read = await store.get(key)
      if (read.kind !== 'found') return failure(check, 'what was written a moment ago was not there', OTHER_STORE)
      if (!read.body.equals(body)) return failure(check, 'what was overwritten a moment ago was read', OTHER_STORE)
    }
    await store.delete(key)
    // A role that may list its prefix only is refused what is not there.
    const left = await store.get(key, { absentIfDenied: true })
    return left.kind === 'absent'
      ? ok(check, `what was written, overwritten and deleted ${ROUNDS} times was read so`)
      : failure(check, 'what was deleted a moment ago was read', OTHER_STORE)
  } finally {
    await store.delete(key).catch(() => {})
  }
}

async function listAfterWrite({ store, probeKey }: Patient): Promise<Finding> {
  const check = 'list after write'
  const keys = Array.from({ length: ROUNDS }, (_, round) => `${probeKey}-list-${round}`)
  const listed = async (): Promise<readonly string[]> =>
    (await store.list(`${probeKey}-list-`)).objects.map(({ key }) => key)
  try {
    for (const [index, key] of keys.entries()) {
      await store.put(key, Buffer.from('x'))
      if ((await listed()).length !== index + 1) {
        return failure(check, 'what was written a moment ago was not listed', OTHER_STORE)
      }
    }
    const { failed } = await store.deleteMany(keys)
    if (failed.length > 0) return unknown(check, `could not be tried: ${failed[0]?.reason}`)
    return (await listed()).length === 0
      ? ok(check, `what was written and deleted ${ROUNDS} times was listed so`)
      : failure(check, 'what was deleted a moment ago was listed', OTHER_STORE)
  } finally {
    await store.deleteMany(keys).catch(() => {})
  }
}

interface Feature {
  readonly capability: Capability
  readonly check: string
  readonly has: string
  /** What degrades. */
  readonly without: string
  readonly advice: string
}

const FEATURES: readonly Feature[] = [
  {
    capability: 'conditional-put',
    check: 'conditional writes',
    has: 'stale pages are rendered by one instance, and data can be counted and locked',
    without: 'each instance renders stale pages for itself, add, inc and dec reject, and locks lock nobody out',
    advice: 'nothing, if that is enough; S3, R2 and MinIO have them',
  },
  {
    capability: 'conditional-delete',
    check: 'conditional deletes',
    has: 'locks and dead deployments are deleted safely',
    without:
      'a deployment that comes back while gc deletes it may lose its mark for an hour, in which it counts as unknown',
    advice: 'nothing, if that is enough; S3 has them',
  },
]

const TAGS: Feature = {
  capability: 'tags',
  check: 'tags of objects',
  has: 'lifecycle rules find what is past its time',
  without: 'objects carry no expiry tag, so that no rule finds what is past its time',
  advice:
    'allow s3:PutObjectTagging; on a store without tags unset CACHE_EXPIRY_TAGS, and give "s3-cache lifecycle" --max-age',
}

/** What not every store has, and what degrades without it. */
export async function* checkFeatures({ capabilities, lacks, options }: Patient): AsyncGenerator<Finding> {
  for (const { capability, check, has, without, advice } of options.expiryTags ? [...FEATURES, TAGS] : FEATURES) {
    yield await examine(check, async () => {
      if (await capabilities.has(capability)) return ok(check, has)
      return warning(check, `${lacks.get(capability) ?? 'missing'}: ${without}`, advice)
    })
  }
}
