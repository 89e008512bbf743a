import { S3Error } from '../http/errors.ts'
import { header } from '../http/request.ts'
import { childText, parseXml } from '../xml/parse-xml.ts'
import { xmlDocument, type XmlNode } from '../xml/write-xml.ts'
import type { OperationContext } from './context.ts'

export type Tags = Readonly<Record<string, string>>

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
const MAX_TAGS = 10
const MAX_KEY_LENGTH = 128
const MAX_VALUE_LENGTH = 256
const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/** The tags in the header of a write, if the requester may set tags; undefined without one. */
export async function tagsOfHeader({ request, authorize }: OperationContext): Promise<Tags | undefined> {
  const text = header(request, 'x-amz-tagging')
  if (text === undefined) return undefined
  await authorize('s3:PutObjectTagging', request.target)
  return checkTags([...new URLSearchParams(text)])
}

export function tagsOfXml(document: string): Tags {
  const root = parseXml(document)
  const set = root.children.find(({ name }) => name === 'TagSet')
  if (root.name !== 'Tagging' || set === undefined) throw new S3Error('MalformedXML')
  return checkTags(set.children.map((tag) => [childText(tag, 'Key') ?? '', childText(tag, 'Value') ?? '']))
}

export const tagsXml = (tags: Tags): string =>
  xmlDocument('Tagging', [
    [
      'TagSet',
      Object.entries(tags).map(([key, value]): XmlNode => [
        'Tag',
        [
          ['Key', key],
          ['Value', value],
        ],
      ]),
    ],
  ])

function checkTags(pairs: readonly (readonly [key: string, value: string])[]): Tags {
  if (pairs.length > MAX_TAGS) throw new S3Error('InvalidTag', 'Object tags cannot be greater than 10')
  if (!pairs.every(isValid)) throw new S3Error('InvalidTag')
  const tags = Object.fromEntries(pairs)
  if (Object.keys(tags).length < pairs.length)
    throw new S3Error('InvalidTag', 'Cannot provide multiple Tags with the same key')
  return tags
}

const isValid = ([key, value]: readonly [key: string, value: string]): boolean =>
  key !== '' && key.length <= MAX_KEY_LENGTH && value.length <= MAX_VALUE_LENGTH && ALLOWED.test(key + value)
