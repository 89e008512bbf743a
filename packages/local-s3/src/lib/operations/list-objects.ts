import { S3Error } from '../http/errors.ts'
import { rangeOfKeys, xmlReply } from '../http/reply.ts'
import { encodeUriPath } from '../http/uri.ts'
import { listPage } from '../store/list-page.ts'
import type { Bucket } from '../store/store.ts'
import { xmlDocument, type XmlNode } from '../xml/write-xml.ts'
import { requireBucket, type OperationHandler } from './context.ts'

const MAX_KEYS = 1000

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export const listObjectsV2: OperationHandler = async (context) => {
  const bucket = requireBucket(context)
  const { query } = context.request.target
  const prefix = query.get('prefix') ?? ''
  const delimiter = query.get('delimiter') ?? ''
  const startAfter = query.get('start-after')
  const token = query.get('continuation-token')
  const maxKeys = parseMaxKeys(query.get('max-keys'))
  const encode = keyEncoder(query.get('encoding-type'))
  const after = token === undefined ? (startAfter ?? '') : decodeToken(token)
  // S3 calls a page of no keys complete.
  const page =
    maxKeys === 0 ? { keys: [], commonPrefixes: [] } : listPage(bucket.objects, { prefix, delimiter, after, maxKeys })

  const document = xmlDocument('ListBucketResult', [
    ['Name', bucket.name],
    ['Prefix', encode(prefix)],
    ['Delimiter', delimiter === '' ? undefined : encode(delimiter)],
    ['EncodingType', query.get('encoding-type')],
    ['StartAfter', startAfter === undefined ? undefined : encode(startAfter)],
    ['ContinuationToken', token],
    ['NextContinuationToken', page.next === undefined ? undefined : encodeToken(page.next)],
    ['KeyCount', page.keys.length + page.commonPrefixes.length],
    ['MaxKeys', maxKeys],
    ['IsTruncated', page.next !== undefined],
    ...page.keys.map((key) => contents(bucket, key, encode)),
    ...page.commonPrefixes.map((common): XmlNode => ['CommonPrefixes', [['Prefix', encode(common)]]]),
  ])
  return { ...xmlReply(document), ...rangeOfKeys(page.keys) }
}

function contents(bucket: Bucket, key: string, encode: (text: string) => string): XmlNode {
  const info = bucket.objects.get(key)
  return [
    'Contents',
    [
      ['Key', encode(key)],
      ['LastModified', new Date(info?.lastModified ?? 0).toISOString()],
      ['ETag', info?.etag],
      ['ChecksumAlgorithm', info?.checksum?.algorithm.toUpperCase()],
      ['ChecksumType', info?.checksum && 'FULL_OBJECT'],
      ['Size', info?.size],
      ['StorageClass', info?.headers['x-amz-storage-class'] ?? 'STANDARD'],
    ],
  ]
}

function parseMaxKeys(text: string | undefined): number {
  if (text === undefined) return MAX_KEYS
  if (!/^\d{1,10}$/.test(text)) throw new S3Error('InvalidArgument', 'max-keys must be a non-negative integer.')
  return Math.min(Number(text), MAX_KEYS)
}

function keyEncoder(encodingType: string | undefined): (text: string) => string {
  if (encodingType === undefined) return (text) => text
  if (encodingType !== 'url') throw new S3Error('InvalidArgument', 'encoding-type can only be url.')
  return encodeUriPath
}

const encodeToken = (key: string): string => Buffer.from(`1${key}`).toString('base64url')

function decodeToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString()
  if (!text.startsWith('1')) throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect.')
  return text.slice(1)
}
