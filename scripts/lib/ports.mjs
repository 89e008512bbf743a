import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * A port that was free a moment ago, for servers that cannot be asked to listen on port 0.
 *
 * @returns {Promise<number>}
 */
export async function freePort() {
  return await listenBriefly(0, '127.0.0.1')
}

/**
 * Rejects, naming the port, when something else listens on it.
 *
 * @param {number} port
 * @returns {Promise<void>}
 */
export async function assertPortFree(port) {
  // Some systems let two programs share a port when one of them listens on a single address: try both ways.
  for (const host of ['127.0.0.1', undefined]) {
    try {
      await listenBriefly(port, host)
    } catch (error) {
      if (!(error instanceof Error)) throw error
      const taken = 'code' in error && error.code === 'EADDRINUSE'
      throw new Error(`Port ${port} ${taken ? 'is already in use' : `cannot be used: ${error.message}`}`, {
        cause: error,
      })
    }
  }
}

/**
 * @param {number} port
 * @param {string} [host]
 * @returns {Promise<number>}
 */
async function listenBriefly(port, host) {
  const server = createServer()
  server.listen({ port, host })
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error(`Port ${port} has no address`)
  return address.port
}
