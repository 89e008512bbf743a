import { revalidateTag } from 'next/cache'
import { tagIn } from '../../../lib/renew/order-fields.ts'
import { replyTo, statusOf } from '../../../lib/renew/reply-to.ts'
import { fields } from '../../../lib/wire/fields.ts'

/** `{ tag }` takes every page with the tag away at once; `{ tag, softly: true }` lets each be seen once more meanwhile. */
export async function POST(request: Request): Promise<Response> {
  const reply = await replyTo(async () => {
    const order = fields(await request.json())
    revalidateTag(tagIn(order), order.softly === true ? 'max' : { expire: 0 })
  })
  return Response.json(reply, { status: statusOf(reply) })
}
