import { clearNext } from 's3-cache-handler'
import { replyTo, statusOf } from '../../../lib/renew/reply-to.ts'

/** Deletes every page, fetch and picture of this deployment, in the bucket and in every instance's memory. */
export async function POST(): Promise<Response> {
  const reply = await replyTo(() => clearNext({}))
  return Response.json(reply, { status: statusOf(reply) })
}
