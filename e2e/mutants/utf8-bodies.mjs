// Takes every body for text, which loses the bytes that are no UTF-8.
import S3CacheHandler from '../../packages/s3-cache-handler/dist/index.js'

export default class Utf8BodiesHandler extends S3CacheHandler {
  async set(key, value, context) {
    const body = value?.body
    await super.set(key, body ? { ...value, body: Buffer.from(body.toString('utf8')) } : value, context)
  }
}
