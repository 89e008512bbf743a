import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from '@playwright/test'
import type { Bucket } from './bucket.ts'
import { etagOf } from './objects.ts'
import type { Instance } from './stage.ts'

/** As `app/api/invalidate` of the fixture names them; `soft` is `revalidateTag(tag, 'max')`. */
export type Way = 'hard' | 'soft' | 'expire5' | 'path'

/** An invalidation that Next has answered. */
export interface Invalidated {
  /**
   * Resolves with the `performance.now()` of a moment after its acknowledgment: the bell has been rung. Next answers
   * before that, because it does not let a response wait for `revalidateTag`.
   */
  readonly acknowledged: Promise<number>
}

const BELL = 'v1/tags/bell'
const ACKNOWLEDGED_WITHIN_MS = 4000

/** Invalidates on one instance. Resolves when that has answered. */
export async function invalidate(
  instance: Instance,
  bucket: Bucket,
  how: Way,
  ...subjects: readonly string[]
): Promise<Invalidated> {
  const query = new URLSearchParams({ how })
  for (const subject of subjects) query.append('subject', subject)
  return await post(instance, bucket, `/api/invalidate?${query.toString()}`)
}

/**
 * `updateTag` in a server action of the fixture for Cache Components, called as a browser without JavaScript does.
 * @param also An action may do more than one thing: `revalidateTag(tag, 'max')` after it.
 */
export async function updateTag(
  instance: Instance,
  bucket: Bucket,
  tag: string,
  { also = '' }: { also?: 'soft' | '' } = {},
): Promise<Invalidated> {
  const form = (await instance.visit('/act')).body.toString()
  const [, action] = /name="(\$ACTION_ID_\w+)"/.exec(form) ?? []
  if (action === undefined) throw new Error(`There is no form in ${form}`)
  const body = new FormData()
  for (const [name, value] of Object.entries({ [action]: '', tag, also })) body.set(name, value)
  return await post(instance, bucket, '/act', { status: 200, body })
}

/** `res.revalidate(path)` in an API route of the Pages Router. */
export async function revalidateOnDemand(instance: Instance, bucket: Bucket, path: string): Promise<Invalidated> {
  return await post(instance, bucket, `/api/revalidate?path=${encodeURIComponent(path)}`)
}

/** Resolves with the `performance.now()` of a moment after the bell of a bucket has another ETag than `before`. */
export async function rung(
  bucket: Bucket,
  before: string | undefined,
  withinMs: number = ACKNOWLEDGED_WITHIN_MS,
): Promise<number> {
  const deadline = performance.now() + withinMs
  while ((await bellOf(bucket)) === before) {
    if (performance.now() > deadline) throw new Error(`The bell was not rung within ${withinMs} ms`)
    await sleep(5)
  }
  return performance.now()
}

/** What tells one ring of the bell from another. */
export const bellOf = (bucket: Bucket): Promise<string | undefined> =>
  etagOf(bucket, `${bucket.keyPrefix ?? ''}${BELL}`)

async function post(
  instance: Instance,
  bucket: Bucket,
  path: string,
  { status = 204, body }: { status?: number; body?: FormData } = {},
): Promise<Invalidated> {
  const before = await bellOf(bucket)
  expect(await instance.visit(path, { method: 'POST', ...(body && { body }) })).toMatchObject({ status })
  const acknowledged = rung(bucket, before)
  // A test that fails before it asks for this must not fail twice.
  acknowledged.catch(() => {})
  return { acknowledged }
}
