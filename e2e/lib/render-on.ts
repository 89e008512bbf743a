import { setTimeout as sleep } from 'node:timers/promises'
import type { Bucket } from './bucket.ts'
import type { Instance } from './stage.ts'
import type { Visit } from './visit.ts'

const WRITTEN_WITHIN_MS = 1000

/**
 * Visits `path` where it has to be rendered, and waits until the bucket has it: `set` does not wait for its PUT. A
 * handler that writes nothing is not this function's to judge.
 */
export async function renderOn(instance: Instance, path: string, bucket: Bucket, init?: RequestInit): Promise<Visit> {
  const before = bucket.requests.count({ operation: 'PutObject' })
  const answer = await instance.visit(path, init)
  const deadline = performance.now() + WRITTEN_WITHIN_MS
  while (!hasWritten(bucket, before) && performance.now() < deadline) await sleep(10)
  return answer
}

function hasWritten({ requests }: Bucket, before: number): boolean {
  const isUnderWay = requests.list().some(({ operation, status }) => operation === 'PutObject' && status === 0)
  return !isUnderWay && requests.count({ operation: 'PutObject' }) > before
}
