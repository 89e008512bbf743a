import { messageOf } from '../errors.ts'
import { isDenial, ObjectStoreError } from '../object-store/object-store-error.ts'
import { failure, type Finding, ok, unknown, warning } from './finding.ts'
import type { Patient } from './patient.ts'

/** Before credentials end, a process gets new ones where it can. */
const SOON_MS = 15 * 60_000
const POLICY = 'allow what "s3-cache policy" prints'

/** Whose requests these are, whether the bucket answers them, and where it is. */
export async function* checkAccess(patient: Patient): AsyncGenerator<Finding> {
  yield await checkCredentials(patient)
  yield await checkBucket(patient)
  yield await checkRegion(patient)
}

async function checkCredentials({ identity }: Patient): Promise<Finding> {
  try {
    const { accessKeyId, expiresAt } = await identity()
    if (expiresAt === undefined) return ok('credentials', `access key ${accessKeyId}`)
    const says = `access key ${accessKeyId}, until ${new Date(expiresAt).toISOString()}`
    return expiresAt - Date.now() < SOON_MS
      ? warning('credentials', says, 'let the app have a role of its own, whose credentials the SDK renews')
      : ok('credentials', says)
  } catch (error) {
    return failure(
      'credentials',
      messageOf(error),
      'give the process a role, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    )
  }
}

async function checkBucket({ store, layout, options: { bucket, endpoint } }: Patient): Promise<Finding> {
  const name = `"${bucket}"${endpoint === undefined ? '' : ` at ${endpoint}`}`
  try {
    await store.list(layout.root, { limit: 1 })
    return ok('bucket', `${name} answers`)
  } catch (error) {
    // It is there. What is missing is told with the other permissions.
    if (isDenial(error)) return ok('bucket', `${name} answers, and refuses to be listed`)
    return failure('bucket', messageOf(error), adviceFor(error, bucket))
  }
}

function adviceFor(error: unknown, bucket: string): string {
  const { code, storeCode } = error instanceof ObjectStoreError ? error : { code: '', storeCode: undefined }
  if (code === 'ERR_OBJECT_STORE_NO_BUCKET') {
    return `create it: aws s3api create-bucket --bucket ${bucket}, or mend CACHE_S3_BUCKET`
  }
  if (code === 'ERR_OBJECT_STORE_DENIED') {
    return storeCode === 'RequestTimeTooSkewed'
      ? "set this machine's clock"
      : 'the access key or its secret is wrong, or has ended: mend AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'
  }
  if (code === 'ERR_OBJECT_STORE_UNREACHABLE') return 'mend CACHE_S3_ENDPOINT_URL, AWS_REGION or the network'
  return 'mend AWS_REGION and CACHE_S3_ENDPOINT_URL'
}

/** A store behind an endpoint of its own calls its region what it likes. */
async function checkRegion({ identity, settings, options: { endpoint } }: Patient): Promise<Finding> {
  const { region } = await identity().catch(() => ({ region: undefined }))
  if (endpoint !== undefined) return ok('region', region === undefined ? 'none is set' : `${region} is set`)
  try {
    const location = await settings.location()
    if (location === region) return ok('region', `${location}, as is set`)
    return warning(
      'region',
      `the bucket is in ${location}, and ${region ?? 'no region'} is set: each process first asks in the wrong place`,
      `set AWS_REGION=${location}, and run the app in that region`,
    )
  } catch (error) {
    return unknown('region', `${region ?? 'none'} is set; where the bucket is could not be told: ${messageOf(error)}`)
  }
}

/** What the app does with objects. */
interface Permission {
  readonly check: string
  readonly works: string
  /** What becomes of the app without it. */
  readonly without: string
  readonly action: string
  readonly attempt: (patient: Patient) => Promise<unknown>
}

const BODY = Buffer.from('s3-cache doctor looks whether this can be written')

const PERMISSIONS: readonly Permission[] = [
  {
    check: 'to list',
    action: 's3:ListBucket',
    works: 'entries and invalidations are found',
    without: 'what other instances invalidate cannot be seen, and nothing can be listed or cleared',
    attempt: ({ store, layout }) => store.list(layout.root, { limit: 1 }),
  },
  {
    check: 'to write',
    action: 's3:PutObject',
    works: 'entries are stored',
    without: 'nothing is stored, and each instance renders for itself',
    attempt: ({ store, probeKey }) => store.put(`${probeKey}-permission`, BODY),
  },
  {
    check: 'to read',
    action: 's3:GetObject',
    works: 'entries are found by every instance',
    without: 'nothing that was stored is ever served',
    attempt: ({ store, probeKey }) => store.get(`${probeKey}-permission`),
  },
  {
    check: 'to delete',
    action: 's3:DeleteObject',
    works: 'what is cleared goes',
    without: 'the log of invalidations grows, and nothing can be cleared',
    attempt: ({ store, probeKey }) => store.delete(`${probeKey}-permission`),
  },
]

/** One by one, so that each refusal has its name. */
export async function* checkPermissions(patient: Patient): AsyncGenerator<Finding> {
  let isWritten = true
  for (const { check, action, works, without, attempt } of PERMISSIONS) {
    const name = `permission ${check}`
    try {
      await attempt(patient)
      yield ok(name, works)
    } catch (error) {
      // A role that may list its prefix only is refused what is not there.
      const isMissing = check === 'to read' && !isWritten
      if (check === 'to write') isWritten = false
      const says = `${messageOf(error)}: ${without}`
      yield isMissing
        ? unknown(name, 'could not be tried: nothing could be written that would be read', POLICY)
        : failure(name, says, isDenial(error) ? `allow ${action}: ${POLICY}` : POLICY)
    }
  }
}
