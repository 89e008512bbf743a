import { once } from 'node:events'
import { createServer, request as httpRequest, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, describe, expect, it } from 'vitest'
import { listen } from '../listen.ts'
import { sendDrippingReply } from './reply.ts'

const PAUSE_MS = 50
/** Longer than any test may take: 1,000 pieces. */
const LONG_BODY = 'x'.repeat(16_000)

/** How the server's answers ended, the oldest first. */
const endings: Promise<void>[] = []
const answer = (response: ServerResponse): Promise<void> => {
  const body = response.req.url === '/long' ? LONG_BODY : 'x'.repeat(50)
  return sendDrippingReply(response, { status: 200, headers: { etag: '"e"' }, body }, PAUSE_MS)
}
const server = await listen(
  createServer((_, response) => void endings.push(answer(response))),
  0,
  '127.0.0.1',
)
afterAll(() => server.close())

describe('sendDrippingReply', () => {
  it('sends the head and a piece of the body after each pause', async () => {
    const start = performance.now()
    const response = await fetch(server.url)
    expect([response.headers.get('etag'), response.headers.get('content-length')]).toEqual(['"e"', '50'])
    expect(await response.text()).toBe('x'.repeat(50))
    expect(performance.now() - start).toBeGreaterThan(4 * PAUSE_MS - 10)
  })

  it('stops when the client leaves', async () => {
    const request = httpRequest(`${server.url}/long`).end()
    const [response] = await once(request, 'response')
    await once(response, 'data')
    request.destroy()
    await endings.at(-1)
  })

  it('answers HEAD without a pause', async () => {
    const request = httpRequest(`${server.url}/long`, { method: 'HEAD' }).end()
    const [response] = await once(request, 'response')
    expect([response.headers['content-length'], await text(response)]).toEqual(['16000', ''])
    await endings.at(-1)
  })
})
