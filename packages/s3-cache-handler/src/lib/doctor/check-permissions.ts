import { messageOf } from '../errors.ts'
import { isDenial } from '../object-store/object-store-error.ts'
import { adviceFor } from './advice.ts'
import { examine, failure, type Finding, ok, unknown } from './finding.ts'
import type { Patient } from './patient.ts'

/** What the app does with objects. */
interface Permission {
  readonly check: string
  readonly works: string
  /** What becomes of the app without it. */
  readonly without: string
  readonly actions: string
  readonly attempt: (patient: Patient) => Promise<unknown>
}

const BODY = Buffer.from('s3-cache doctor looks whether this can be written')
const keyOf = ({ probeKey }: Patient): string => `${probeKey}-permission`

const WRITE: Permission = {
  check: 'permission to write',
  actions: 's3:PutObject, and where a key of KMS encrypts kms:GenerateDataKey and kms:Decrypt',
  works: 'entries are stored',
  without: 'nothing is stored, and each instance renders for itself',
  attempt: (patient) => patient.store.put(keyOf(patient), BODY),
}
const READ: Permission = {
  check: 'permission to read',
  actions: 's3:GetObject',
  works: 'entries are found by every instance',
  without: 'nothing that was stored is ever served',
  attempt: (patient) => patient.store.get(keyOf(patient)),
}
const PERMISSIONS: readonly Permission[] = [
  {
    check: 'permission to list',
    actions: 's3:ListBucket',
    works: 'entries and invalidations are found',
    without: 'what other instances invalidate cannot be seen, and nothing can be listed or cleared',
    attempt: ({ store, layout }) => store.list(layout.root, { limit: 1 }),
  },
  WRITE,
  READ,
  {
    check: 'permission to delete',
    actions: 's3:DeleteObject',
    works: 'what is cleared goes',
    without: 'the log of invalidations grows, and nothing can be cleared',
    attempt: (patient) => patient.store.delete(keyOf(patient)),
  },
]

/** One by one, so that each refusal has its name. */
export async function* checkPermissions(patient: Patient): AsyncGenerator<Finding> {
  let isWritten = true
  for (const permission of PERMISSIONS) {
    const finding: Finding =
      permission === READ && !isWritten
        ? unknown(READ.check, 'could not be tried: nothing could be written that would be read')
        : await tryOut(permission, patient)
    if (permission === WRITE) isWritten = finding.severity === 'ok'
    yield finding
  }
}

const tryOut = ({ check, actions, works, without, attempt }: Permission, patient: Patient): Promise<Finding> =>
  examine(
    async () => {
      await attempt(patient)
      return ok(check, works)
    },
    (error) => {
      const advice = isDenial(error)
        ? `allow ${actions}: see "s3-cache policy"; of a bucket of another account its owner has to, too`
        : adviceFor(error, patient.options)
      return failure(check, `${messageOf(error)}: ${without}`, advice)
    },
  )
