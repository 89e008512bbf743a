// Drops an entry as soon as `revalidate` has passed, so that there is nothing stale to serve while it is refreshed.
import S3CacheHandler from '../../packages/s3-cache-handler/dist/index.js'

export default class DropAtRevalidateHandler extends S3CacheHandler {
  async get(key, context) {
    const found = await super.get(key, context)
    const revalidate = found?.cacheControl?.revalidate
    const isOver = typeof revalidate === 'number' && Date.now() > found.lastModified + revalidate * 1000
    return isOver ? null : found
  }
}
