import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../errors.ts'
import type { Capability } from '../object-store/capabilities.ts'
import { ObjectStoreError } from '../object-store/object-store-error.ts'
import { examine, failure, type Finding, ok, unknown, warning } from './finding.ts'
import { type Patient, removeProbes } from './patient.ts'

/** A store that answers from several places is caught by one of them. */
const ROUNDS = 3
const OTHER_STORE = 'use a store that is consistent, as S3 is: invalidations are lost on any other'
/** R2 takes one write a second to a key: https://developers.cloudflare.com/r2/platform/limits/ */
const WRITE_PAUSE_MS = 1100

const tryOut = (check: string, find: () => Promise<Finding>): Promise<Finding> =>
  examine(find, (error) => unknown(check, `could not be tried: ${messageOf(error)}`))

/** Whether what is written is there at once, for reads and for listings. */
export async function* checkConsistency(patient: Patient): AsyncGenerator<Finding> {
  yield await tryOut('read after write', () => readAfterWrite(patient))
  yield await tryOut('list after write', () => listAfterWrite(patient))
  yield await checkDeletesOfMany(patient)
}

async function readAfterWrite(patient: Patient): Promise<Finding> {
  const { store, probeKey } = patient
  const check = 'read after write'
  const key = `${probeKey}-read`
  const write = (body: Buffer): Promise<unknown> =>
    store.put(key, body).catch(async (error: unknown) => {
      if (!(error instanceof ObjectStoreError && error.isTransient)) throw error
      await sleep(WRITE_PAUSE_MS)
      await store.put(key, body)
    })
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const body = Buffer.from(`round ${round}`)
      await write(body)
      const read = await store.get(key)
      if (read.kind !== 'found') return failure(check, 'what was written a moment ago was not there', OTHER_STORE)
      if (!read.body.equals(body)) return failure(check, 'what was overwritten a moment ago was read', OTHER_STORE)
    }
    await store.delete(key)
    // A role that may list its prefix only is refused what is not there.
    const left = await store.get(key, { absentIfDenied: true })
    return left.kind === 'absent'
      ? ok(check, 'what was written, overwritten and deleted was read so')
      : failure(check, 'what was deleted a moment ago was read', OTHER_STORE)
  } finally {
    await removeProbes(patient, [key])
  }
}

/** A folder, because S3 Express lists nothing else. */
const folderOf = ({ probeKey }: Patient, name: string): string => `${probeKey}-${name}/`

async function listAfterWrite(patient: Patient): Promise<Finding> {
  const { store } = patient
  const check = 'list after write'
  const folder = folderOf(patient, 'list')
  const keys = Array.from({ length: ROUNDS }, (_, round) => `${folder}${round}`)
  const listed = async (): Promise<number> => (await store.list(folder)).objects.length
  try {
    for (const [index, key] of keys.entries()) {
      await store.put(key, Buffer.from('x'))
      if ((await listed()) !== index + 1) {
        return failure(check, 'what was written a moment ago was not listed', OTHER_STORE)
      }
    }
    for (const key of keys) await store.delete(key)
    return (await listed()) === 0
      ? ok(check, 'what was written and deleted was listed so')
      : failure(check, 'what was deleted a moment ago was listed', OTHER_STORE)
  } finally {
    await removeProbes(patient, keys)
  }
}

/** What clears, prunes and collects goes by requests of a thousand. */
async function checkDeletesOfMany(patient: Patient): Promise<Finding> {
  const { store } = patient
  const check = 'deletes of many'
  const keys = [0, 1].map((number) => `${folderOf(patient, 'many')}${number}`)
  const without = 'clear, prune and gc fail, and the log of invalidations grows'
  const advice = 'use a store that has DeleteObjects'
  try {
    for (const key of keys) await store.put(key, Buffer.from('x'))
    const { failed } = await store.deleteMany(keys)
    return failed.length === 0
      ? ok(check, 'a thousand a request')
      : failure(check, `${failed[0]?.reason}: ${without}`, advice)
  } catch (error) {
    return failure(check, `${messageOf(error)}: ${without}`, advice)
  } finally {
    await removeProbes(patient, keys)
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
    yield await tryOut(check, async () => {
      if (await capabilities.has(capability)) return ok(check, has)
      return warning(check, `${lacks.get(capability) ?? 'missing'}: ${without}`, advice)
    })
  }
}
