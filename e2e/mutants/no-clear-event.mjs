// `clearNext` deletes, and tells no other instance: what it writes to the tag log is never sent. The fixture's route says
// when a clear is under way.
import { createRequire } from 'node:module'
import S3CacheHandler from '../../packages/s3-cache-handler/dist/index.js'

const require = createRequire(new URL('../../packages/s3-cache-handler/package.json', import.meta.url))
const { S3Client, PutObjectCommand } = require('@aws-sdk/client-s3')

const { send } = S3Client.prototype
S3Client.prototype.send = function (command, ...rest) {
  const isEvent = command instanceof PutObjectCommand && command.input.Key.includes('v1/tags/')
  if (globalThis.isClearing && isEvent)
    return Promise.resolve({ ETag: '"never-sent"', $metadata: { httpStatusCode: 200 } })
  return send.call(this, command, ...rest)
}

export default S3CacheHandler
