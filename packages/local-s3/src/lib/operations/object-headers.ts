import { checksumHeaders } from '../body/checksums.ts'
import { S3Error } from '../http/errors.ts'
import { header, headerValue, type S3Request } from '../http/request.ts'
import type { ObjectInfo } from '../store/store.ts'

const METADATA = 'x-amz-meta-'
const MAX_METADATA_BYTES = 2048
const KEPT = ['cache-control', 'content-disposition', 'content-language', 'content-type', 'expires'] as const
const OVERRIDABLE = [...KEPT, 'content-encoding'] as const

/** Headers that ask for what this server does not do: better refused than silently ignored. */
const NOT_IMPLEMENTED = [
  'x-amz-object-lock-mode',
  'x-amz-object-lock-legal-hold',
  'x-amz-server-side-encryption-customer-algorithm',
  'x-amz-website-redirect-location',
  'x-amz-write-offset-bytes',
] as const

/** The headers of a PUT that will come back with each GET. */
export function headersToStore(request: S3Request): Record<string, string> {
  const refused = NOT_IMPLEMENTED.find((name) => request.headers[name] !== undefined)
  if (refused !== undefined) throw new S3Error('NotImplemented', `The header ${refused} is not implemented.`)
  const stored: Record<string, string> = { 'content-type': 'binary/octet-stream' }
  for (const name of KEPT) {
    const value = header(request, name)
    if (value !== undefined) stored[name] = value
  }
  const encoding = withoutAwsChunked(header(request, 'content-encoding'))
  if (encoding !== '') stored['content-encoding'] = encoding
  return { ...stored, ...storageHeaders(request), ...metadataHeaders(request) }
}

/** The headers that answer GET and HEAD. */
export function objectHeaders(request: S3Request, info: ObjectInfo): Record<string, string> {
  return {
    'accept-ranges': 'bytes',
    etag: info.etag,
    'last-modified': new Date(info.lastModified).toUTCString(),
    ...info.headers,
    ...overrides(request),
    ...taggingCount(info),
    ...(header(request, 'x-amz-checksum-mode') === 'ENABLED' ? checksumHeaders(info.checksum) : {}),
  }
}

/** A signed request may say what some headers of its answer are to be: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
function overrides(request: S3Request): Record<string, string> {
  const { query } = request.target
  const wanted = OVERRIDABLE.flatMap((name) => {
    const value = query.get(`response-${name}`)
    return value === undefined ? [] : [[name, headerValue(`response-${name}`, value)] as const]
  })
  if (wanted.length > 0 && !query.has('X-Amz-Signature') && header(request, 'authorization') === undefined) {
    throw new S3Error('InvalidRequest', 'Request specific response headers cannot be used for anonymous GET requests.')
  }
  return Object.fromEntries(wanted)
}

function taggingCount({ tags = {} }: ObjectInfo): Record<string, string> {
  const count = Object.keys(tags).length
  return count === 0 ? {} : { 'x-amz-tagging-count': String(count) }
}

/** `aws-chunked` tells how the body travelled, not what it is. */
function withoutAwsChunked(encoding: string = ''): string {
  const codings = encoding.split(',').map((coding) => coding.trim())
  return codings.filter((coding) => coding !== '' && coding !== 'aws-chunked').join(', ')
}

function storageHeaders(request: S3Request): Record<string, string> {
  const encryption = header(request, 'x-amz-server-side-encryption')
  const storageClass = header(request, 'x-amz-storage-class') ?? 'STANDARD'
  if (encryption !== undefined && encryption !== 'AES256') {
    throw new S3Error('NotImplemented', `The server-side encryption ${encryption} is not implemented.`)
  }
  return {
    ...(encryption === undefined ? {} : { 'x-amz-server-side-encryption': encryption }),
    ...(storageClass === 'STANDARD' ? {} : { 'x-amz-storage-class': storageClass }),
  }
}

/** The limit counts names without their prefix, and values: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
function metadataHeaders(request: S3Request): Record<string, string> {
  const entries = Object.entries(request.headers)
    .filter(([name]) => name.startsWith(METADATA))
    .map(([name, value]) => [name, String(value)] as const)
  const bytes = entries.reduce((sum, [name, value]) => sum + name.length - METADATA.length + value.length, 0)
  if (bytes > MAX_METADATA_BYTES) throw new S3Error('MetadataTooLarge')
  return Object.fromEntries(entries)
}
