import { once } from 'node:events'
import { createServer } from 'node:http'
import { cardAt } from '../apps/articles/lib/prose.mjs'

/**
 * Where the fetch-heavy page has its data from, once.
 * @param {{ BENCH_TEXT: string }} env
 */
export async function startCardsOrigin({ BENCH_TEXT }) {
  process.env.BENCH_TEXT = BENCH_TEXT
  const server = createServer((request, response) => {
    const index = Number(request.url?.split('/').pop())
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(Array.from({ length: 5 }, (_, offset) => cardAt(index * 5 + offset))))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
