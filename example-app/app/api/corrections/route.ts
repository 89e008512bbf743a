import { replyTo, statusOf } from '../../../lib/renew/reply-to.ts'
import { correctStory } from '../../../lib/wire/correct.ts'
import { fields, text } from '../../../lib/wire/fields.ts'

/** `{ slug, title }` changes a headline at the origin, and nothing that was printed. */
export async function POST(request: Request): Promise<Response> {
  const reply = await replyTo(async () => {
    const order = fields(await request.json())
    await correctStory(text(order, 'slug'), text(order, 'title'))
  })
  return Response.json(reply, { status: statusOf(reply) })
}
