import * as s3CacheHandler from 's3-cache-handler'

export const dynamic = 'force-dynamic'

/** How much this process keeps, and how much memory it has. */
export async function GET() {
  return Response.json({ caches: await s3CacheHandler.stats(), rssBytes: process.memoryUsage.rss() })
}
