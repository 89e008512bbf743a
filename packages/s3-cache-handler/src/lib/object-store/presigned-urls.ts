import { GetObjectCommand } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { LRUCache } from 'lru-cache'
import type { S3Connection } from './s3-connection.ts'
import type { Signer } from './s3-signer.ts'

/** How long a presigned URL is valid, and how long it is used: what is left is room for a slow clock. */
const VALID_SECONDS = 3600
const USED_MS = 30 * 60 * 1000
const BOUNDS: UrlBounds = { maxUrls: 20_000, maxLength: 16 * 1024 * 1024 }

export interface UrlBounds {
  readonly maxUrls: number
  /** In characters, a byte each, of all URLs and their keys: a session token alone can have more than a thousand. */
  readonly maxLength: number
}

/** A presigned URL in two parts, so that nothing parses it as a URL, which would resolve `..` in a key. */
export interface PresignedUrl {
  readonly origin: string
  readonly path: string
}

/** The URLs by which objects are read: each is made once and kept until it ages or `signer` changes. */
export interface PresignedUrls {
  /** Also tells whether the URL was kept from an earlier read. */
  get(key: string, signer: Signer): Promise<{ readonly url: PresignedUrl; readonly isKept: boolean }>
  /** Keeps `url` no longer. */
  forget(key: string, url: PresignedUrl): void
  /** How many are kept. */
  readonly size: number
}

export function createPresignedUrls(
  { client, target }: S3Connection,
  { maxUrls, maxLength }: UrlBounds = BOUNDS,
): PresignedUrls {
  // By the wall clock, as S3 judges them: the monotonic one stands still while a machine is frozen.
  const urls = new LRUCache<string, PresignedUrl>({
    max: maxUrls,
    maxSize: maxLength,
    sizeCalculation: ({ origin, path }, key) => key.length + origin.length + path.length,
    ttl: USED_MS,
    ttlResolution: 0,
    perf: Date,
  })
  let signedBy: Signer | undefined
  return {
    async get(key, signer) {
      if (signer !== signedBy) {
        urls.clear()
        signedBy = signer
      }
      const known = urls.get(key)
      if (known !== undefined) return { url: known, isKept: true }
      const command = new GetObjectCommand({ ...target, Key: key })
      const signingDate = new Date(Date.now() + signer.clockOffsetMs)
      const url = split(await getSignedUrl(client, command, { expiresIn: VALID_SECONDS, signingDate }))
      const ttl = usableMs(signer)
      // While it was signed, the credentials may have changed.
      if (ttl > 0 && signer === signedBy) urls.set(key, url, { ttl })
      return { url, isKept: false }
    },
    forget(key, url) {
      // Another read may have put a newer one there.
      if (urls.peek(key) === url) urls.delete(key)
    },
    get size() {
      return urls.size
    },
  }
}

/** Temporary credentials end a URL with themselves: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html */
const usableMs = ({ expiration }: Signer): number =>
  expiration === undefined ? USED_MS : Math.min(USED_MS, expiration.getTime() - Date.now() - 60_000)

function split(url: string): PresignedUrl {
  const slash = url.indexOf('/', url.indexOf('//') + 2)
  return { origin: url.slice(0, slash), path: url.slice(slash) }
}
