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
  const reads = (): number => bucket.requests.count({ operation: 'GetObject', keyPattern: 'v1/entries/' })
  const before = reads()
  const answer = await instance.visit(path, init)
  expect(answer).toMatchObject(expected)
  expect(reads()).toBeGreaterThan(before)
  return answer
}
