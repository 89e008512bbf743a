import { parseReply, type Reply } from '../renew/reply.ts'

/** Posts an order to whichever instance answers. */
export async function send(path: string, order: object = {}): Promise<Reply> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(order),
  })
  const body = await response.text()
  return parseReply(jsonIn(body)) ?? { kind: 'failed', reason: `${response.status} ${body.slice(0, 200).trim()}` }
}

function jsonIn(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
