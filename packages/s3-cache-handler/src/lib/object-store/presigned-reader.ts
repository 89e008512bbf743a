import { Agent, type Dispatcher } from 'undici'
import type { ObjectDetails } from './object-store.ts'
import { toTime } from './http-date.ts'
import { createPresignedUrls, type PresignedUrl } from './presigned-urls.ts'
import type { S3Connection } from './s3-connection.ts'
import { isRefusal, namelessFailure } from './s3-errors.ts'
import { createGet, type Found, type S3Reader, type SendOptions } from './s3-reader.ts'
import { watchRequest } from './s3-requests.ts'
import type { Signer } from './s3-signer.ts'

const MAX_CONNECTIONS = 64
/** Below the 20 s after which S3 closes an idle connection, so that a request never meets a closing one. */
const KEEP_ALIVE_MS = 10_000

/**
 * Reads objects through presigned URLs over kept connections: measured at a fifth of the CPU of the SDK's GetObject,
 * most of which signs.
 */
export function createPresignedReader(connection: S3Connection): S3Reader {
  // A plain agent takes its certificates and no proxy from the environment, like that of the SDK.
  const dispatcher = new Agent({ connections: MAX_CONNECTIONS, keepAliveTimeout: KEEP_ALIVE_MS })
  const urls = createPresignedUrls(connection)
  const { target, onRequest } = connection
  const read = async (key: string, { origin, path }: PresignedUrl, options: SendOptions): Promise<Found> => {
    const { ifNoneMatch, signal, canBeAbsent } = options
    const headers = ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch }
    const subject = { operation: 'GetObject', bucket: target.Bucket, objectKey: key, origin, canBeAbsent } as const
    const answer = await watchRequest(subject, onRequest, async (progress) => {
      if (signal?.aborted !== true) progress.sending()
      const received = await dispatcher.request({ origin, path, method: 'GET', signal, headers })
      progress.answered(received.statusCode)
      if (received.statusCode !== 200) throw await toRefusal(received)
      return received
    })
    const body = Buffer.from(await answer.body.arrayBuffer())
    return { kind: 'found', key, body, size: body.length, ...propertiesOf(answer.headers) }
  }
  const send = async (key: string, signer: Signer, options: SendOptions, isRepeated = false): Promise<Found> => {
    const { url, isKept } = await urls.get(key, signer)
    try {
      return await read(key, url, options)
    } catch (error) {
      if (!isRefusal(error)) throw error
      // The fault may be its age alone, of which a policy can allow little: only a new one tells what there is.
      urls.forget(key, url)
      if (!isKept || isRepeated) throw error
      return await send(key, signer, options, true)
    }
  }
  const get = createGet(connection, (key, signer, options) => send(key, signer, options))
  return { get, stats: () => ({ presignedUrls: urls.size }) }
}

type Headers = Dispatcher.ResponseData['headers']

const propertiesOf = (headers: Headers) => ({
  etag: String(headers['etag'] ?? ''),
  lastModified: toTime(headers['last-modified']) ?? 0,
  date: toTime(headers['date']),
  ...detailsOf(headers),
})

const METADATA = 'x-amz-meta-'

function detailsOf(headers: Headers): ObjectDetails {
  const metadata = Object.entries(headers)
    .filter(([name]) => name.startsWith(METADATA))
    .map(([name, value]) => [name.slice(METADATA.length), String(value)])
  const { 'content-type': contentType } = headers
  return { contentType: contentType && String(contentType), metadata: Object.fromEntries(metadata) }
}

/** As the SDK would throw it, but for the message, which nobody takes over. */
async function toRefusal({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<Error> {
  const xml = await body.text()
  return Object.assign(new Error(''), {
    name: nameOf(xml, statusCode),
    $metadata: { httpStatusCode: statusCode },
    $response: { headers },
    Region: textOf(xml, 'Region'),
    Endpoint: textOf(xml, 'Endpoint'),
  })
}

function nameOf(xml: string, statusCode: number): string {
  const name = textOf(xml, 'Code') ?? namelessFailure(statusCode)
  return name === 'AccessDenied' && WRONG_TIME.test(xml) ? 'RequestTimeTooSkewed' : name
}

/**
 * A presigned URL that a wrong clock has signed is denied in the same code as a missing permission, but in these words,
 * the last of them MinIO's. Nothing else in the document counts: it may name a key, which can be called anything.
 */
const WRONG_TIME = /<Message>\s*Request (?:has expired|is not yet valid|is not valid yet)\b/i

/** S3's error documents are flat XML, and what is wanted of them are names. */
const textOf = (xml: string, element: string): string | undefined =>
  new RegExp(`<${element}>([\\w.-]+)</${element}>`).exec(xml)?.[1]
