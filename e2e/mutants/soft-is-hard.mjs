// Takes every invalidation for a hard one, so that nothing stale is ever served for it.
import S3CacheHandler from '../../packages/s3-cache-handler/dist/index.js'

export default class SoftIsHardHandler extends S3CacheHandler {
  async revalidateTag(tags) {
    await super.revalidateTag(tags)
  }
}
