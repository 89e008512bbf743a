/**
 * List prices of S3 Standard in us-east-1, in dollars, as they were in 2025: https://aws.amazon.com/s3/pricing/
 */
export const DOLLARS_PER_GB_MONTH = 0.023

const WRITE = 0.005 / 1000
const READ = 0.0004 / 1000
const FREE = 0

/** What one request costs: PUT, COPY, POST and LIST cost as much, DELETE nothing, and all else what a GET costs. */
const DOLLARS_PER_REQUEST: Readonly<Record<string, number>> = {
  PutObject: WRITE,
  ListObjectsV2: WRITE,
  DeleteObject: FREE,
  DeleteObjects: FREE,
}

export const dollarsPerRequest = (operation: string): number => DOLLARS_PER_REQUEST[operation] ?? READ

/** @param requests Their numbers, by S3's name of the operation. */
export const dollarsFor = (requests: Readonly<Record<string, number>>): number =>
  Object.entries(requests).reduce((sum, [operation, count]) => sum + dollarsPerRequest(operation) * count, 0)
