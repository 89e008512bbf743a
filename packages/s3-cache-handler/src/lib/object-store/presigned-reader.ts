import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { LRUCache } from 'lru-cache'
import { Agent, type Dispatcher } from 'undici'
import type { GetOptions, GetResult, ObjectDetails, ObjectStore } from './object-store.ts'
import { toTime } from './http-date.ts'
import { namelessFailure, toObjectStoreError } from './s3-errors.ts'

/** How long a presigned URL is valid, and how long it is used: what is left is room for a slow clock. */
const VALID_SECONDS = 3600
const USED_MS = 30 * 60 * 1000
const MAX_URLS = 20_000
const MAX_CONNECTIONS = 64
/** Below the 20 s after which S3 closes an idle connection, so that a request never meets a closing one. */
const KEEP_ALIVE_MS = 10_000

/** What every request names. */
export interface Target {
  readonly Bucket: string
  readonly ExpectedBucketOwner?: string
}

/**
 * Reads objects through presigned URLs over kept connections: measured at a fifth of the CPU of the SDK's GetObject,
 * most of which signs. A URL is made once a key and reused until it ages or the credentials change.
 */
export function createPresignedReader(client: S3Client, target: Target): ObjectStore['get'] {
  const dispatcher = new Agent({ connections: MAX_CONNECTIONS, keepAliveTimeout: KEEP_ALIVE_MS })
  const presign = createPresigner(client, target)
  /** Credentials that have read an object: with them, "access denied" can only mean that there is none. */
  let provenSigner: string | undefined
  return async (key, { ifNoneMatch, absentIfDenied = false, signal }: GetOptions = {}): Promise<GetResult> => {
    try {
      const { origin, path, signer } = await presign(key)
      const headers = ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch }
      const answer = await dispatcher.request({ origin, path, method: 'GET', signal, headers })
      const result = await toResult(key, answer)
      // Without `s3:ListBucket` S3 answers 403 for a missing object.
      if (result === 'denied' && absentIfDenied && signer === provenSigner) return { kind: 'absent' }
      if (result === 'denied') throw failure('AccessDenied', 403)
      if (result.kind !== 'absent') provenSigner = signer
      return result
    } catch (error) {
      throw toObjectStoreError(error, 'get', key, signal)
    }
  }
}

/** A presigned URL in two parts, so that nothing parses it as a URL, which would resolve `..` in a key. */
interface PresignedUrl {
  readonly origin: string
  readonly path: string
  /** Names the credentials and the clock that it was signed by. */
  readonly signer: string
}

function createPresigner(client: S3Client, target: Target): (key: string) => Promise<PresignedUrl> {
  // By the wall clock, as S3 judges them: the monotonic one stands still while a machine is frozen.
  const urls = new LRUCache<string, PresignedUrl>({ max: MAX_URLS, ttl: USED_MS, ttlResolution: 0, perf: Date })
  let signedBy: string | undefined
  return async (key) => {
    const { accessKeyId, secretAccessKey, sessionToken = '', expiration } = await client.config.credentials()
    // The SDK learns from refused requests how far the store's clock is off.
    const { systemClockOffset } = client.config
    const signer = [accessKeyId, secretAccessKey, sessionToken, systemClockOffset].join('\n')
    if (signer !== signedBy) {
      urls.clear()
      signedBy = signer
    }
    const known = urls.get(key)
    if (known !== undefined) return known
    const command = new GetObjectCommand({ ...target, Key: key })
    const signingDate = new Date(Date.now() + systemClockOffset)
    const url = { ...split(await getSignedUrl(client, command, { expiresIn: VALID_SECONDS, signingDate })), signer }
    // Temporary credentials end a URL with themselves: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
    const usableMs = expiration === undefined ? USED_MS : Math.min(USED_MS, expiration.getTime() - Date.now() - 60_000)
    // While it was signed, the credentials may have changed.
    if (usableMs > 0 && signer === signedBy) urls.set(key, url, { ttl: usableMs })
    return url
  }
}

function split(url: string): Pick<PresignedUrl, 'origin' | 'path'> {
  const slash = url.indexOf('/', url.indexOf('//') + 2)
  return { origin: url.slice(0, slash), path: url.slice(slash) }
}

async function toResult(
  key: string,
  { statusCode, headers, body }: Dispatcher.ResponseData,
): Promise<GetResult | 'denied'> {
  const date = toTime(headers['date'])
  if (statusCode === 200) {
    const bytes = Buffer.from(await body.arrayBuffer())
    const etag = String(headers['etag'] ?? '')
    const lastModified = toTime(headers['last-modified']) ?? 0
    return { kind: 'found', key, body: bytes, size: bytes.length, etag, lastModified, date, ...detailsOf(headers) }
  }
  const text = await body.text()
  if (statusCode === 304) return { kind: 'not-modified', date }
  const name = errorName(text, statusCode)
  if (statusCode === 404 && name !== 'NoSuchBucket') return { kind: 'absent', date }
  if (name !== 'AccessDenied') throw failure(name, statusCode)
  // A presigned URL that a wrong clock has signed is denied in the same words as a missing permission, but for these.
  if (/expired|not yet valid/i.test(text)) throw failure('RequestTimeTooSkewed', statusCode)
  return 'denied'
}

const METADATA = 'x-amz-meta-'

function detailsOf(headers: Dispatcher.ResponseData['headers']): ObjectDetails {
  const metadata = Object.entries(headers)
    .filter(([name]) => name.startsWith(METADATA))
    .map(([name, value]) => [name.slice(METADATA.length), String(value)])
  const { 'content-type': contentType } = headers
  return { contentType: contentType && String(contentType), metadata: Object.fromEntries(metadata) }
}

/** As the SDK would throw it. */
const failure = (name: string, httpStatusCode: number): Error =>
  Object.assign(new Error(''), { name, $metadata: { httpStatusCode } })

/** S3's error documents are flat XML; only the code's name is wanted. */
const errorName = (xml: string, statusCode: number): string =>
  /<Code>(\w+)<\/Code>/.exec(xml)?.[1] ?? namelessFailure(statusCode)
