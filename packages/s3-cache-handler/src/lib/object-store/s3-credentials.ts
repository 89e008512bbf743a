import type { S3Client } from '@aws-sdk/client-s3'
import { areCredentialsRefused } from './s3-errors.ts'

type Credentials = Awaited<ReturnType<S3Client['config']['credentials']>>

/**
 * Lets `client` ask for other credentials where the store refuses those that it has: if there are any, the request is
 * sent once more, and all that follow are signed with them at once.
 *
 * The SDK asks for new ones in the last five minutes of the old, behind the request, which it signs with the old ones
 * still; and before that not at all. So whoever asks seldom, as the breaker does in an outage, would learn of new ones
 * an interval late, and what was revoked would be used until its end.
 */
export function followCredentials({ config }: S3Client): <T>(send: () => Promise<T>) => Promise<T> {
  return async (send) => {
    const used = await config.credentials()
    try {
      return await send()
    } catch (error) {
      if (!areCredentialsRefused(error)) throw error
      // Where they cannot be had now, the refusal tells more than that.
      const given = await config.credentials({ forceRefresh: true }).catch(() => used)
      if (isSame(used, given)) throw error
      return await send()
    }
  }
}

const isSame = (one: Credentials, other: Credentials): boolean =>
  one.accessKeyId === other.accessKeyId &&
  one.secretAccessKey === other.secretAccessKey &&
  one.sessionToken === other.sessionToken
