import { S3Error } from '../http/errors.ts'
import { isRecord } from '../is-record.ts'
import { OptionError } from '../option-error.ts'
import { parseIdentityPolicy } from './policy.ts'

/** Keys to sign with. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Temporary keys have one; each request must carry it. */
  readonly sessionToken?: string
  /**
   * The JSON of the IAM policy of a user whose keys these are, who may do what it allows and no more. Without one they
   * are the owner's.
   */
  readonly policy?: string
}

/** Whose signatures the server accepts. */
export interface AcceptedCredentials {
  /** From now on these are accepted and no others, for presigned URLs too. Temporary ones that are left out have expired. */
  accept(credentials: readonly Credentials[]): void
  /** How many requests were refused so far because theirs were not accepted. */
  readonly refused: number
}

/** The same as the server uses it. */
export interface CredentialSource extends AcceptedCredentials {
  /** The credentials that a request claims to be signed with; throws S3's error when they are not accepted. */
  find(claim: CredentialClaim): Credentials
}

/** What a request tells of its credentials. */
export interface CredentialClaim {
  readonly accessKeyId: string
  readonly sessionToken: string | undefined
}

/** Accepts the given credentials until it is told otherwise. */
export function createCredentialSource(initial: readonly Credentials[]): CredentialSource {
  let accepted = initial
  let former: readonly Credentials[] = []
  let refused = 0

  const refusalOf = ({ accessKeyId, sessionToken }: CredentialClaim): S3Error => {
    if (sessionToken === undefined) return new S3Error('InvalidAccessKeyId')
    if (former.some(fits({ accessKeyId, sessionToken }))) return new S3Error('ExpiredToken')
    const isKnownId = accepted.some((credentials) => accessKeyId === credentials.accessKeyId)
    return new S3Error(isKnownId ? 'InvalidToken' : 'InvalidAccessKeyId')
  }

  return {
    accept(credentials) {
      const parsed = parseCredentials(credentials)
      former = [...former, ...accepted]
      accepted = parsed
    },
    get refused() {
      return refused
    },
    find(claim) {
      const found = accepted.find(fits(claim))
      if (found !== undefined) return found
      refused++
      throw refusalOf(claim)
    },
  }
}

const fits =
  (claim: CredentialClaim) =>
  ({ accessKeyId, sessionToken }: Credentials): boolean =>
    accessKeyId === claim.accessKeyId && sessionToken === claim.sessionToken

/** Checks credentials from outside, such as a JSON body; throws an `OptionError` that names what is wrong. */
export function parseCredentials(value: unknown): Credentials[] {
  if (!Array.isArray(value)) throw new OptionError('credentials', 'an array', value)
  return value.map((item: unknown) => {
    if (!isRecord(item)) throw new OptionError('credentials', 'an array of objects', item)
    const { accessKeyId, secretAccessKey, sessionToken, policy } = item
    return {
      accessKeyId: parseText('accessKeyId', accessKeyId),
      secretAccessKey: parseText('secretAccessKey', secretAccessKey),
      ...(sessionToken !== undefined && { sessionToken: parseText('sessionToken', sessionToken) }),
      ...(policy !== undefined && { policy: parsePolicyText(policy) }),
    }
  })
}

function parseText(name: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') throw new OptionError(name, 'a non-empty string', value)
  return value
}

function parsePolicyText(value: unknown): string {
  const text = parseText('policy', value)
  try {
    parseIdentityPolicy(text)
    return text
  } catch (error) {
    throw new OptionError('policy', `an IAM policy (${error instanceof Error ? error.message : String(error)})`, value)
  }
}
