import { setTimeout as sleep } from 'node:timers/promises'
import type { Bucket } from './bucket.ts'
import { objectsIn } from './objects.ts'
import type { Instance } from './stage.ts'
import type { Visit } from './visit.ts'

const WRITTEN_WITHIN_MS = 1000
/** One render writes several objects, one after the other: so long there must be no PUT. */
const QUIET_MS = 40
/** What has had no answer for so long was befallen by a fault, and will have none. */
const HUNG_MS = 2000

/**
 * Visits `path` where it has to be rendered, and waits until the bucket has it: `set` does not wait for its PUT. A
 * handler that writes nothing is not this function's to judge.
 */
export async function renderOn(instance: Instance, path: string, bucket: Bucket, init?: RequestInit): Promise<Visit> {
  const before = puts(bucket)
  const answer = await instance.visit(path, init)
  const isResponse = answer.cache !== null && !path.startsWith('/_next/')
  const deadline = performance.now() + WRITTEN_WITHIN_MS
  const isWritten = async (): Promise<boolean> => (isResponse ? await hasEntryOf(bucket, path) : puts(bucket) > before)
  while (!(await isWritten()) && performance.now() < deadline) await sleep(10)
  if (await isWritten()) await settled(bucket)
  return answer
}

/** Waits until nothing is written any more. */
export async function settled(bucket: Bucket): Promise<void> {
  let before = puts(bucket)
  let quietSince = performance.now()
  while (performance.now() - quietSince < QUIET_MS) {
    await sleep(10)
    const now = puts(bucket)
    if (now !== before || isUnderWay(bucket)) quietSince = performance.now()
    before = now
  }
}

const puts = ({ requests }: Bucket): number => requests.count({ operation: 'PutObject' })

const isUnderWay = ({ requests }: Bucket): boolean =>
  requests
    .list()
    .some(({ operation, status, at }) => operation === 'PutObject' && status === 0 && Date.now() - at < HUNG_MS)

const hasEntryOf = async (bucket: Bucket, path: string): Promise<boolean> =>
  [...(await objectsIn(bucket)).keys()].some((key) => key.includes('v1/entries/') && key.endsWith(`/$${path}`))
