import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { copyHandler } from './build-app.ts'
import { cleanEnv } from './clean-env.ts'
import { repositoryDir } from './run-dir.ts'

/** A process with the built handler and no Next around it. Its entries are route handlers of a deployment of their own. */
export interface HandlerProcess {
  readonly pid: number
  /** Renders and stores an entry with these tags. */
  render(name: string, tags: readonly string[]): Promise<void>
  /** Renders `<prefix>-0` and so on with these tags; with none, each has one of its own, `own-<prefix>-0`. */
  renderMany(count: number, prefix: string, tags: readonly string[]): Promise<void>
  /** Whether it has anything to serve. */
  has(name: string): Promise<boolean>
  /** How many of `<prefix>-0` and so on it can serve. */
  countOf(count: number, prefix: string): Promise<number>
  /** `revalidateTag` for each, one after the other. */
  invalidate(...tags: readonly string[]): Promise<void>
  kill(): Promise<void>
  logs(): string
}

type Call = 'render' | 'renderMany' | 'has' | 'countOf' | 'invalidate'

interface Answer {
  readonly id: number
  readonly value?: unknown
  readonly error?: string
}

/** A copy, so that another build of the package does not pull the files away. */
let handlerCopy: string | undefined

export function startHandlerProcess(env: Readonly<Record<string, string>>): HandlerProcess {
  handlerCopy ??= copyHandler(`process-${process.pid}`)
  const HANDLER_MODULE = join(handlerCopy, 'dist/index.js')
  const child = fork(join(repositoryDir, 'e2e/lib/handler-process.mjs'), {
    cwd: repositoryDir,
    env: cleanEnv({ CACHE_DEPLOYMENT: 'driven', ...env, HANDLER_MODULE }),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const exited = once(child, 'exit')
  const pending = new Map<number, PendingCall>()
  let lastId = 0
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text))
  child.on('message', ({ id, value, error }: Answer) => {
    const call = pending.get(id)
    pending.delete(id)
    if (error === undefined) call?.resolve(value)
    else call?.reject(new Error(error))
  })
  child.on('exit', (code, signal) => {
    for (const { reject } of pending.values()) reject(new Error(`It ended with ${signal ?? code}:\n${output}`))
    pending.clear()
  })

  const call = <T>(name: Call, ...args: readonly unknown[]): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const id = ++lastId
      pending.set(id, { resolve: (value) => resolve(value as T), reject })
      child.send({ id, call: name, args })
    })

  return {
    pid: child.pid ?? -1,
    render: (name, tags) => call('render', name, tags),
    renderMany: (count, prefix, tags) => call('renderMany', count, prefix, tags),
    has: (name) => call('has', name),
    countOf: (count, prefix) => call('countOf', count, prefix),
    invalidate: (...tags) => call('invalidate', ...tags),
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
    logs: () => output,
  }
}

interface PendingCall {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}
