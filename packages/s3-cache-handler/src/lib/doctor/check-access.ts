import { messageOf } from '../errors.ts'
import { isDenial } from '../object-store/object-store-error.ts'
import { adviceFor } from './advice.ts'
import { examine, failure, type Finding, ok, unknown, warning } from './finding.ts'
import type { Patient } from './patient.ts'

/** Before credentials end, a process gets new ones where it can. */
const SOON_MS = 15 * 60_000

/** Whose requests these are, whether the bucket answers them, and where it is. */
export async function* checkAccess(patient: Patient): AsyncGenerator<Finding> {
  if (patient.options.disabled) {
    yield warning('settings', 'CACHE_S3_DISABLED is set: the app neither stores nor finds anything', 'unset it')
  }
  yield await checkCredentials(patient)
  yield await checkBucket(patient)
  yield await checkRegion(patient)
}

const checkCredentials = ({ identity }: Patient): Promise<Finding> =>
  examine(
    async () => {
      const { accessKeyId, expiresAt } = await identity()
      if (expiresAt === undefined) return ok('credentials', `access key ${accessKeyId}`)
      const says = `access key ${accessKeyId}, until ${new Date(expiresAt).toISOString()}`
      return expiresAt - Date.now() < SOON_MS
        ? warning('credentials', says, 'let the app have a role of its own, whose credentials the SDK renews')
        : ok('credentials', says)
    },
    (error) =>
      failure(
        'credentials',
        messageOf(error),
        'give the process a role, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
      ),
  )

const checkBucket = ({ store, layout, options }: Patient): Promise<Finding> => {
  const { bucket, endpoint } = options
  // Not the whole URL: it may hold a password.
  const name = `"${bucket}"${endpoint === undefined ? '' : ` at ${new URL(endpoint).host}`}`
  return examine(
    async () => {
      await store.list(layout.root, { limit: 1 })
      return ok('bucket', `${name} answers`)
    },
    (error) =>
      // It is there. What is missing is told with the other permissions.
      isDenial(error)
        ? ok('bucket', `${name} answers, and refuses to be listed`)
        : failure('bucket', messageOf(error), adviceFor(error, options)),
  )
}

/** A store behind an endpoint of its own calls its region what it likes. */
const checkRegion = ({ identity, settings, options: { endpoint } }: Patient): Promise<Finding> =>
  examine(
    async () => {
      const { region } = await identity()
      if (endpoint !== undefined) return ok('region', `${region} is set`)
      const location = await settings.location()
      if (location === region) return ok('region', `${location}, as is set`)
      return warning(
        'region',
        `the bucket is in ${location}, and ${region} is set: each process first asks in the wrong place`,
        `set AWS_REGION=${location}, and run the app in that region`,
      )
    },
    (error) => unknown('region', `where the bucket is could not be told: ${messageOf(error)}`),
  )
