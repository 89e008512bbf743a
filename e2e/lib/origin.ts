import { randomBytes } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Origin {
  readonly url: string
  /** How often `key` was asked for: how often it was rendered. */
  hits(key: string): number
  /** Keeps the answers for `key` back from now on. They are counted when they were asked for. */
  hold(key: string): Held
  close(): Promise<void>
}

export interface Held {
  /** Resolves once somebody waits for an answer. */
  readonly asked: Promise<unknown>
  /** Answers those who wait, and whoever asks from now on. */
  release(): void
}

/** The source of all content: answers how often it was asked for a path; with `?bytes=`, so many random bytes. */
export async function startOrigin(): Promise<Origin> {
  const counts = new Map<string, number>()
  const gates = new Map<string, Gate>()
  const server = createServer((request, response) => {
    const [key = '', query] = (request.url ?? '').slice(1).split('?')
    const bytes = new URLSearchParams(query).get('bytes')
    const hits = (counts.get(key) ?? 0) + 1
    counts.set(key, hits)
    const answer = (): void => {
      if (bytes === null) response.setHeader('content-type', 'application/json').end(JSON.stringify({ hits }))
      else response.setHeader('content-type', 'application/octet-stream').end(randomBytes(Number(bytes)))
    }
    const gate = gates.get(key)
    if (gate) gate.wait(answer)
    else answer()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hits: (key) => counts.get(key) ?? 0,
    hold(key) {
      const gate = createGate()
      gates.set(key, gate)
      return {
        asked: gate.asked,
        release() {
          if (gates.get(key) === gate) gates.delete(key)
          gate.open()
        },
      }
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

interface Gate {
  readonly asked: Promise<unknown>
  wait(answer: () => void): void
  open(): void
}

function createGate(): Gate {
  const waiting: (() => void)[] = []
  const heard = new EventEmitter()
  return {
    asked: once(heard, 'asked'),
    wait(answer) {
      waiting.push(answer)
      heard.emit('asked')
    },
    open: () => waiting.forEach((answer) => answer()),
  }
}
