import type { S3Client } from '@aws-sdk/client-s3'
import { toTime } from './http-date.ts'

/** Keeps the header that tells the store's time, which the SDK drops, for {@link dateOf}. */
export function keepDates(client: S3Client): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      const { headers = {} } = result.response as { readonly headers?: Readonly<Record<string, string>> }
      if (result.output !== undefined) Object.assign(result.output.$metadata, { date: headers['date'] })
      return result
    },
    { step: 'deserialize', name: 'keepDates', priority: 'high' },
  )
}

/** The store's time when it sent an answer, in ms since the Unix epoch. */
export const dateOf = ({ $metadata }: { readonly $metadata: object }): number | undefined =>
  toTime(($metadata as { readonly date?: string }).date)
