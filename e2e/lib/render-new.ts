import { expect } from '@playwright/test'
import type { Bucket } from './bucket.ts'
import { objectsIn } from './objects.ts'
import { settled } from './render-on.ts'
import type { Instance } from './stage.ts'
import type { Visit } from './visit.ts'

const WRITTEN_WITHIN_MS = 10_000

/** As `renderOn`, of what the bucket has no entry of, where the key does not end as the URL does. */
export async function renderNew(instance: Instance, path: string, bucket: Bucket): Promise<Visit> {
  const answers = await renderAllNew(instance, [path], bucket)
  return answers[0]!
}

/** The same for several at once. */
export async function renderAllNew(instance: Instance, paths: readonly string[], bucket: Bucket): Promise<Visit[]> {
  await settled(bucket)
  const before = await entries(bucket)
  const answers = await Promise.all(paths.map((path) => instance.visit(path)))
  const pages = answers.filter(({ cache }) => cache !== null).length
  const areWritten = async (): Promise<boolean> => {
    const { page, fetch } = await entries(bucket)
    return page >= before.page + pages && fetch >= before.fetch + paths.length - pages
  }
  await expect
    .poll(areWritten, { message: `${String(paths)} are stored`, timeout: WRITTEN_WITHIN_MS, intervals: [20] })
    .toBe(true)
  await settled(bucket)
  return answers
}

/** How many there are, without the page for what is not found, which is no path's own. */
async function entries(bucket: Bucket): Promise<Record<'page' | 'fetch', number>> {
  const keys = [...(await objectsIn(bucket, 'v1/entries/')).keys()].filter((key) => !key.endsWith('/_not-found'))
  const ofKind = (kind: string): number => keys.filter((key) => key.includes(`/${kind}/`)).length
  return { page: ofKind('page'), fetch: ofKind('fetch') }
}
