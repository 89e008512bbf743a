import { expect } from '@playwright/test'
import type { Bucket } from './bucket.ts'
import type { Instance } from './stage.ts'
import type { Visit } from './visit.ts'

/** Visits what this instance never had: an answer that matches must have come out of the bucket, which counts. */
export async function visitFromBucket(
  instance: Instance,
  path: string,
  bucket: Bucket,
  expected: Partial<Visit>,
  init?: RequestInit,
): Promise<Visit> {
  const before = bucket.requests.count({ operation: 'GetObject' })
  const answer = await instance.visit(path, init)
  expect(answer).toMatchObject(expected)
  expect(bucket.requests.count({ operation: 'GetObject' })).toBeGreaterThan(before)
  return answer
}
