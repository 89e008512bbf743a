import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const FILE = fileURLToPath(new URL('worker.mjs', import.meta.url))

/** What one of several calls came to. */
export interface CallResult {
  readonly value?: unknown
  /** The error's code. */
  readonly error?: string
}

/** A process with a data cache of its own. */
export interface Worker {
  call(method: string, args: readonly unknown[], times?: number): Promise<CallResult[]>
  remember(call: RememberCall): Promise<unknown[]>
  /** How often each event was emitted. */
  events(): Promise<Record<string, number>>
  kill(): void
}

export interface RememberCall {
  readonly key: string
  /** URL of what makes the value. */
  readonly origin: string
  readonly options?: object
  readonly times: number
}

interface Answer {
  readonly id: number
  readonly result?: unknown
  readonly error?: string
}

/** Starts a process and opens its cache. */
export async function startWorker(options: object): Promise<Worker> {
  const child = fork(FILE, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const ask = createAsk(child)
  await ask(0)
  await ask('open', options)
  return {
    call: async (method, args, times = 1) => (await ask('call', { method, args, times })) as CallResult[],
    remember: async (call) => (await ask('remember', call)) as unknown[],
    events: async () => (await ask('events')) as Record<string, number>,
    kill: () => child.kill('SIGKILL'),
  }
}

/** Asks the process something; 0 waits for its first word. */
function createAsk(child: ChildProcess): (command: string | 0, options?: object) => Promise<unknown> {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  let last = 0
  child.on('message', ({ id, result, error }: Answer) => {
    const asked = waiting.get(id)
    waiting.delete(id)
    if (error === undefined) asked?.resolve(result)
    else asked?.reject(new Error(error))
  })
  child.on('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('The process has ended'))
  })
  return (command, options) =>
    new Promise((resolve, reject) => {
      const id = command === 0 ? 0 : ++last
      waiting.set(id, { resolve, reject })
      if (command !== 0) child.send({ id, command, options })
    })
}
