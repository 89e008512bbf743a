import type { S3Client } from '@aws-sdk/client-s3'
import { headersOf } from './s3-errors.ts'

/** With these S3 tells where a bucket is: https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html */
const STATUSES = [301, 307, 400]
/** The region in a host of AWS. Not the `external-1` of an old name for us-east-1. */
const HOST = /\bs3[.-](?:dualstack\.)?([a-z]+(?:-[a-z]+)+-\d+)\.amazonaws\.com/

/**
 * Lets `client` learn the bucket's region from an answer that names another one than was asked: the request is sent
 * once more, and all that follow go to the right region at once.
 *
 * Only the region is taken from the answer, never a host. The SDK makes the host from the region, or it is the endpoint
 * that the user has set: so nobody on the way can draw signed requests to a place of theirs, and an endpoint that was
 * chosen with care, such as a private link, is never left.
 *
 * The SDK's own `followRegionRedirects` learns nothing, so that every request is sent twice; leaves out status 400 and
 * 307; and swaps the client's region while it asks, by which requests at the same time can fail.
 */
export function followRegion(client: S3Client): <T>(send: () => Promise<T>) => Promise<T> {
  const configured = client.config.region
  let learned: string | undefined
  client.config.region = async () => learned ?? (await configured())
  return async (send) => {
    const known = learned
    try {
      return await send()
    } catch (error) {
      const named = regionNamedBy(error)
      if (named === undefined || named === (known ?? (await configured()))) throw error
      learned = named
      return await send()
    }
  }
}

interface Refusal {
  readonly $metadata?: { readonly httpStatusCode?: number }
  /** Of S3's error document. */
  readonly Region?: string
  readonly Endpoint?: string
}

function regionNamedBy(error: unknown): string | undefined {
  const { $metadata, Region, Endpoint } = error as Refusal
  if (!STATUSES.includes($metadata?.httpStatusCode ?? 0)) return undefined
  const { 'x-amz-bucket-region': header, location } = headersOf(error)
  const named = header ?? Region ?? HOST.exec(`${location} ${Endpoint}`)?.[1]
  // It becomes a part of a host name.
  return named !== undefined && /^[\w-]{1,63}$/.test(named) ? named : undefined
}
