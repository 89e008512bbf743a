import { createS3Cache, memoryStore, presignedRedirect } from 's3-cache-handler/cache'
import { toCsv } from '../../../lib/wire/csv.ts'
import { askJson } from '../../../lib/wire/ask.ts'
import { parseMarkets } from '../../../lib/wire/parse.ts'
import type { Tag } from '../../../lib/wire/tags.ts'

export const dynamic = 'force-dynamic'

const withoutBucket = memoryStore()

const makeCsv = async (): Promise<string> => toCsv(await askJson('/markets', parseMarkets))

/** Every price as a file: made once for all instances, and served by the bucket itself. */
export function GET(): Promise<Response> {
  const cache = createS3Cache(process.env.CACHE_S3_BUCKET === undefined ? { store: withoutBucket } : {})
  return presignedRedirect(cache, ['markets', 'prices.csv'], makeCsv, {
    tags: ['markets' satisfies Tag],
    ttl: '5m',
    contentType: 'text/csv; charset=utf-8',
    filename: 'quay-prices.csv',
  })
}
