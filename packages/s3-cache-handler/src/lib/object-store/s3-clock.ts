import type { S3Client } from '@aws-sdk/client-s3'
import { toTime } from './http-date.ts'
import { headersOf, isTimeTooSkewed } from './s3-errors.ts'
import { CLOCK_TOLERANCE_MS } from './s3-signer.ts'

/**
 * Lets `client` learn the store's clock from the refusal of what a wrong one has signed: the request is sent once more,
 * and all that follow are signed right at once.
 *
 * The SDK learns it by itself, but only from answers to what it sends, which presigned reads are not; and repeats
 * nothing, because it may try once only.
 */
export function followClock({ config }: S3Client): <T>(send: () => Promise<T>) => Promise<T> {
  return async (send) => {
    const assumedMs = config.systemClockOffset
    try {
      return await send()
    } catch (error) {
      if (!isTimeTooSkewed(error) || (await config.disableClockSkewCorrection())) throw error
      const offsetMs = clockOffsetOf(error)
      if (offsetMs === undefined || Math.abs(offsetMs - assumedMs) < CLOCK_TOLERANCE_MS) throw error
      config.systemClockOffset = offsetMs
      return await send()
    }
  }
}

function clockOffsetOf(error: unknown): number | undefined {
  const { date, age } = headersOf(error)
  const time = toTime(date)
  // What a cache answers has the time of its making.
  return time === undefined || age !== undefined ? undefined : time - Date.now()
}
