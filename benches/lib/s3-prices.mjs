/**
 * List prices of S3 Standard in us-east-1, in dollars a request, as they were in 2025:
 * https://aws.amazon.com/s3/pricing/
 */
const WRITE = 0.005 / 1000
const READ = 0.0004 / 1000

/** @type {Record<string, number>} */
const PRICES = {
  PutObject: WRITE,
  ListObjectsV2: WRITE,
  GetObject: READ,
  HeadObject: READ,
  DeleteObject: 0,
  DeleteObjects: 0,
}

/** @param {Record<string, number>} requests Numbers by operation. */
export const dollarsFor = (requests) =>
  Object.entries(requests).reduce((sum, [operation, count]) => {
    const price = PRICES[operation]
    if (price === undefined) throw new Error(`No price of ${operation} is known`)
    return sum + price * count
  }, 0)
