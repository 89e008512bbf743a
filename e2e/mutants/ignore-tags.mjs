// Takes no notice of invalidations.
import S3CacheHandler from '../../packages/s3-cache-handler/dist/index.js'

export default class IgnoreTagsHandler extends S3CacheHandler {
  async revalidateTag() {}
}
