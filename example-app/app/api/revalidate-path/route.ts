import { revalidatePath } from 'next/cache'
import { pathIn } from '../../../lib/renew/order-fields.ts'
import { replyTo, statusOf } from '../../../lib/renew/reply-to.ts'

/** `{ path }` takes one page of the App Router away. */
export async function POST(request: Request): Promise<Response> {
  const reply = await replyTo(async () => revalidatePath(pathIn(await request.json())))
  return Response.json(reply, { status: statusOf(reply) })
}
