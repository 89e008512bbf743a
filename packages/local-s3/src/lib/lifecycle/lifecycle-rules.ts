import { S3Error } from '../http/errors.ts'
import type { ObjectInfo } from '../store/store.ts'
import { childText, parseXml, type XmlElement } from '../xml/parse-xml.ts'

/** When objects expire: so many days after they were written, or all of them at a date, in ms since the Unix epoch. */
export type Expiration =
  | { readonly kind: 'days'; readonly days: number }
  | { readonly kind: 'date'; readonly at: number }

/** What of an enabled rule says which objects it deletes, and when. */
export interface ExpirationRule {
  readonly expiration: Expiration
  readonly prefix: string
  /** All of them, with these values. */
  readonly tags: Readonly<Record<string, string>>
  /** In bytes; an object of this size is not meant. */
  readonly largerThan: number
  /** In bytes; an object of this size is not meant. */
  readonly smallerThan: number
}

const DAY_MS = 24 * 60 * 60_000
const MAX_RULES = 1000
const ACTIONS = [
  'AbortIncompleteMultipartUpload',
  'Expiration',
  'NoncurrentVersionExpiration',
  'NoncurrentVersionTransition',
  'Transition',
]

/**
 * The rules of a lifecycle configuration that delete objects. Throws what S3 refuses one with:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
 */
export function parseLifecycle(document: string): ExpirationRule[] {
  const root = parseXml(document)
  const rules = root.children.filter(({ name }) => name === 'Rule')
  if (root.name !== 'LifecycleConfiguration' || rules.length === 0 || rules.length > MAX_RULES) {
    throw new S3Error('MalformedXML')
  }
  const ids = rules.map((rule) => childText(rule, 'ID')).filter((id) => id !== undefined)
  if (new Set(ids).size < ids.length) throw new S3Error('InvalidArgument', 'Rule ID must be unique.')
  if (rules.some(isOfOldForm) && !rules.every(isOfOldForm)) {
    throw new S3Error(
      'InvalidRequest',
      'Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.',
    )
  }
  return rules.flatMap(parseRule)
}

/**
 * Days end at the midnight, UTC, after they have passed:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html#intro-lifecycle-rules-number-of-days
 */
export function isExpired(rule: ExpirationRule, key: string, info: ObjectInfo, now: number): boolean {
  const { expiration, prefix, tags, largerThan, smallerThan } = rule
  const isMeant =
    key.startsWith(prefix) &&
    Object.entries(tags).every(([name, value]) => info.tags?.[name] === value) &&
    info.size > largerThan &&
    info.size < smallerThan
  if (!isMeant) return false
  if (expiration.kind === 'date') return now >= expiration.at
  return now >= Math.ceil((info.lastModified + expiration.days * DAY_MS) / DAY_MS) * DAY_MS
}

const isOfOldForm = (rule: XmlElement): boolean => childOf(rule, 'Filter') === undefined

function parseRule(rule: XmlElement): ExpirationRule[] {
  const status = childText(rule, 'Status')
  const actions = rule.children.filter(({ name }) => ACTIONS.includes(name))
  const filter = childOf(rule, 'Filter')
  const isComplete = actions.length > 0 && (filter !== undefined || childText(rule, 'Prefix') !== undefined)
  if ((status !== 'Enabled' && status !== 'Disabled') || !isComplete) throw new S3Error('MalformedXML')
  for (const action of actions) checkDays(action)
  const expiration = expirationOf(childOf(rule, 'Expiration'))
  const conditions = filter === undefined ? rule : (childOf(filter, 'And') ?? filter)
  const tags = tagsOf(conditions)
  // S3 knows no tags of what is not an object yet.
  if (Object.keys(tags).length > 0 && childOf(rule, 'AbortIncompleteMultipartUpload') !== undefined) {
    throw new S3Error('InvalidRequest', 'AbortIncompleteMultipartUpload cannot be specified with Tags.')
  }
  if (status === 'Disabled' || expiration === undefined) return []
  return [
    {
      expiration,
      prefix: childText(conditions, 'Prefix') ?? '',
      tags,
      largerThan: Number(childText(conditions, 'ObjectSizeGreaterThan') ?? -1),
      smallerThan: Number(childText(conditions, 'ObjectSizeLessThan') ?? Infinity),
    },
  ]
}

function checkDays(action: XmlElement): void {
  const days = childText(action, 'Days')
  if (days !== undefined && !/^[1-9]\d*$/.test(days.trim())) {
    throw new S3Error('InvalidArgument', "'Days' for Expiration action must be a positive integer")
  }
}

/** Undefined for what only tidies up after versions, which there are none of. */
function expirationOf(element: XmlElement | undefined): Expiration | undefined {
  const days = element && childText(element, 'Days')
  if (days !== undefined) return { kind: 'days', days: Number(days) }
  const date = element && childText(element, 'Date')
  if (date === undefined) return undefined
  const at = Date.parse(date)
  if (Number.isNaN(at) || at % DAY_MS !== 0) throw new S3Error('InvalidArgument', "'Date' must be at midnight GMT")
  return { kind: 'date', at }
}

const tagsOf = ({ children }: XmlElement): Record<string, string> =>
  Object.fromEntries(
    children
      .filter(({ name }) => name === 'Tag')
      .map((tag) => [childText(tag, 'Key') ?? '', childText(tag, 'Value') ?? '']),
  )

const childOf = ({ children }: XmlElement, wanted: string): XmlElement | undefined =>
  children.find(({ name }) => name === wanted)
