import { INSTANCE } from '../serving/instance.ts'
import type { Reply } from './reply.ts'

type Work = () => Promise<{ readonly deleted: number } | void>

/** Does the work and tells who did it, or why it failed. */
export async function replyTo(work: Work): Promise<Reply> {
  try {
    return { kind: 'done', instance: INSTANCE, ...(await work()) }
  } catch (error) {
    return { kind: 'failed', instance: INSTANCE, reason: error instanceof Error ? error.message : String(error) }
  }
}

export const statusOf = (reply: Reply): number => (reply.kind === 'done' ? 200 : 500)
