import { processWide } from './registry.ts'

interface Drainable {
  readonly pendingWrites: number
  drain(timeoutMs: number): Promise<void>
}

interface Registered {
  readonly cache: Drainable
  readonly drainMs: number
}

interface Shutdown {
  readonly registered: Registered[]
  isListening: boolean
}

const shutdown = processWide<Shutdown>('shutdown', () => ({ registered: [], isListening: false }))

/** From now on, SIGTERM, SIGINT and having nothing more to do let the cache finish its writes before the process ends. */
export function drainOnShutdown(cache: Drainable, drainMs: number): void {
  shutdown.registered.push({ cache, drainMs })
  if (shutdown.isListening) return
  shutdown.isListening = true
  // First, because a `once` listener of somebody else is not counted any more when it has been called.
  process.prependOnceListener('SIGTERM', endAfterDraining)
  process.prependOnceListener('SIGINT', endAfterDraining)
  process.on('beforeExit', drainOnce)
}

/** A write that waits to be tried again does not keep the process alive. Once: what cannot be written must not, either. */
function drainOnce(): void {
  if (isIdle()) return
  process.off('beforeExit', drainOnce)
  void drainAll()
}

const isIdle = (): boolean => shutdown.registered.every(({ cache }) => cache.pendingWrites === 0)

/** Waits for the unfinished writes of every cache in the process, each for its `drainMs` at most. */
export async function drainAll(): Promise<void> {
  await Promise.all(shutdown.registered.map(({ cache, drainMs }) => cache.drain(drainMs)))
}

/**
 * `next start` ends with `process.exit` as soon as its server is closed, and offers no hook to wait for. So from the
 * signal on, `exit` first waits for the writes, those of requests that were still being answered included.
 * Where nobody else handles the signal, ours must not keep the process from ending of it.
 */
function endAfterDraining(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) === 0) {
    void drainAll().finally(() => process.kill(process.pid, signal))
    return
  }
  const exit = process.exit.bind(process)
  let isLeaving = false
  process.exit = (code) => {
    if (isIdle()) return exit(code)
    // Whoever exits first decides the code; who calls again meanwhile must not cut the drain short.
    if (!isLeaving) void drainAll().finally(() => exit(code))
    isLeaving = true
    return undefined as never
  }
}
