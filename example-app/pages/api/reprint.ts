import type { NextApiRequest, NextApiResponse } from 'next'
import { pathIn } from '../../lib/renew/order-fields.ts'
import type { Reply } from '../../lib/renew/reply.ts'
import { replyTo, statusOf } from '../../lib/renew/reply-to.ts'

/** `{ path }` renders one page of the Pages Router before it answers. */
export default async function handler(request: NextApiRequest, response: NextApiResponse<Reply>): Promise<void> {
  if (request.method !== 'POST') {
    response.status(405).setHeader('allow', 'POST').end()
    return
  }
  const reply = await replyTo(() => response.revalidate(pathIn(request.body)))
  response.status(statusOf(reply)).json(reply)
}
