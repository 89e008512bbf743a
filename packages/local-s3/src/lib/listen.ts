import type { Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** A server that accepts connections. */
export interface Listening {
  readonly url: string
  readonly port: number
  /** Stops: idle connections at once, busy ones as soon as they are done or after a short grace. */
  close(): Promise<void>
}

const CLOSE_GRACE_MS = 500

/** Starts to listen; rejects with a message that names host and port. */
export function listen(server: Server, port: number, host: string): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      const reason = error.code === 'EADDRINUSE' ? 'the port is already in use' : error.message
      reject(new Error(`cannot listen on ${host}:${port}: ${reason}`, { cause: error }))
    }
    server.once('error', fail)
    server.listen(port, host, () => {
      server.off('error', fail)
      const address = server.address()
      const actual = typeof address === 'object' && address !== null ? address.port : port
      const authority = host.includes(':') ? `[${host}]` : host
      resolve({ url: `http://${authority}:${actual}`, port: actual, close: () => close(server) })
    })
  })
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  server.closeIdleConnections()
  await Promise.race([closed, sleep(CLOSE_GRACE_MS, undefined, { ref: false })])
  server.closeAllConnections()
  await closed
}
