import { S3Error } from '../http/errors.ts'
import { xmlReply } from '../http/reply.ts'
import { childText, parseXml, type XmlElement } from '../xml/parse-xml.ts'
import { deleteSetting, readSetting, writeSetting } from './bucket-settings.ts'
import { type OperationHandler, requireBucket } from './context.ts'

const MAX_RULES = 1000
const ACTIONS = [
  'AbortIncompleteMultipartUpload',
  'Expiration',
  'NoncurrentVersionExpiration',
  'NoncurrentVersionTransition',
  'Transition',
]

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html – kept, and not carried out. */
export const putBucketLifecycle: OperationHandler = async (context) => {
  const { name } = requireBucket(context)
  const document = (await context.readBody()).bytes.toString()
  checkLifecycle(parseXml(document))
  await writeSetting(context.store, name, 'lifecycle', document)
  return { status: 200 }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLifecycleConfiguration.html */
export const getBucketLifecycle: OperationHandler = async (context) => {
  const document = await readSetting(context.store, requireBucket(context).name, 'lifecycle')
  if (document === undefined) throw new S3Error('NoSuchLifecycleConfiguration')
  return xmlReply(document)
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketLifecycle.html */
export const deleteBucketLifecycle: OperationHandler = async (context) => {
  await deleteSetting(context.store, requireBucket(context).name, 'lifecycle')
  return { status: 204 }
}

function checkLifecycle(root: XmlElement): void {
  const rules = root.children.filter(({ name }) => name === 'Rule')
  if (root.name !== 'LifecycleConfiguration' || rules.length === 0 || rules.length > MAX_RULES) {
    throw new S3Error('MalformedXML')
  }
  for (const rule of rules) checkRule(rule)
  const ids = rules.map((rule) => childText(rule, 'ID')).filter((id) => id !== undefined)
  if (new Set(ids).size < ids.length) throw new S3Error('InvalidArgument', 'Rule ID must be unique.')
}

function checkRule(rule: XmlElement): void {
  const status = childText(rule, 'Status')
  const actions = rule.children.filter(({ name }) => ACTIONS.includes(name))
  const hasFilter = rule.children.some(({ name }) => name === 'Filter' || name === 'Prefix')
  if ((status !== 'Enabled' && status !== 'Disabled') || actions.length === 0 || !hasFilter) {
    throw new S3Error('MalformedXML')
  }
  const days = actions.map((action) => childText(action, 'Days')).filter((text) => text !== undefined)
  if (!days.every((text) => /^[1-9]\d*$/.test(text.trim()))) {
    throw new S3Error('InvalidArgument', "'Days' for Expiration action must be a positive integer")
  }
}
