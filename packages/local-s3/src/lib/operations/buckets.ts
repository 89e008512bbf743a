import { S3Error } from '../http/errors.ts'
import { xmlReply } from '../http/reply.ts'
import { parseXml } from '../xml/parse-xml.ts'
import { xmlDocument, type XmlNode } from '../xml/write-xml.ts'
import { isBucketName } from './bucket-name.ts'
import { requireBucket, type OperationHandler } from './context.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export const listBuckets: OperationHandler = async ({ store }) => {
  const buckets = store.buckets().map(({ name, createdAt }): XmlNode => {
    return [
      'Bucket',
      [
        ['Name', name],
        ['CreationDate', new Date(createdAt).toISOString()],
      ],
    ]
  })
  return xmlReply(
    xmlDocument('ListAllMyBucketsResult', [
      ['Owner', [['ID', 'local']]],
      ['Buckets', buckets],
    ]),
  )
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html – the region that it may name is ignored. */
export const createBucket: OperationHandler = async (context) => {
  const { bucket } = context.request.target
  if (!isBucketName(bucket)) throw new S3Error('InvalidBucketName')
  const { bytes } = await context.readBody()
  if (bytes.length > 0 && parseXml(bytes.toString()).name !== 'CreateBucketConfiguration') {
    throw new S3Error('MalformedXML')
  }
  if (!(await context.store.createBucket(bucket))) throw new S3Error('BucketAlreadyOwnedByYou')
  return { status: 200, headers: { location: `/${bucket}` } }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */
export const headBucket: OperationHandler = async (context) => {
  requireBucket(context)
  return { status: 200, headers: { 'x-amz-bucket-region': 'us-east-1' } }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html */
export const deleteBucket: OperationHandler = async (context) => {
  const { name } = requireBucket(context)
  if (!(await context.store.deleteBucket(name))) throw new S3Error('BucketNotEmpty')
  return { status: 204 }
}
