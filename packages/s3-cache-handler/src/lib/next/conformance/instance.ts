import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Durations } from '../announce.ts'
import type { NextValue } from '../next-values.ts'
import type {
  AnswerMessage,
  CallMessage,
  Found,
  InstanceCalls,
  Target,
  UseCacheFound,
  UseCacheTarget,
  UseCacheValue,
} from './instance-calls.ts'

export interface InstanceOptions {
  /** URL of the module. */
  readonly cacheHandler: string | undefined
  /** URL of the module. */
  readonly useCacheHandler: string | undefined
  readonly serverDistDir: string
  readonly prerenderManifest: object
  readonly env: Readonly<Record<string, string>>
}

/** One request of a visitor: Next constructs a handler for it. */
export interface InstanceRequest {
  get(target: Target): Promise<Found>
  getAndSpoil(target: Target): Promise<Found>
  set(target: Target, value: NextValue): Promise<void>
  setAgain(target: Target): Promise<void>
}

interface PendingCall {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
}

/** A process with the handlers under test, and Next's caches on top of them. */
export class Instance {
  readonly #process: ChildProcess
  readonly #pending = new Map<number, PendingCall>()
  #calls = 0
  #requests = 0
  #output = ''
  #ended: Error | undefined

  constructor({ env, serverDistDir, ...settings }: InstanceOptions) {
    this.#process = fork(fileURLToPath(new URL('instance-process.js', import.meta.url)), {
      // Where `next start` would run: some look for the build there.
      cwd: dirname(dirname(serverDistDir)),
      env: {
        ...process.env,
        NODE_ENV: 'production',
        NEXT_RUNTIME: 'nodejs',
        ...env,
        DESCRIBE_HANDLER: JSON.stringify({ ...settings, serverDistDir }),
      },
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text))
    }
    this.#process.on('message', (message: AnswerMessage) => this.#answer(message))
    this.#process.on('exit', (code, signal) => {
      this.#ended = new Error(`The instance ended with ${signal ?? code}:\n${this.#output}`)
      for (const { reject } of this.#pending.values()) reject(this.#ended)
      this.#pending.clear()
    })
  }

  request(): InstanceRequest {
    const request = this.#requests++
    return {
      get: (target) => this.#call('get', request, target),
      getAndSpoil: (target) => this.#call('getAndSpoil', request, target),
      set: (target, value) => this.#call('set', request, target, value),
      setAgain: (target) => this.#call('setAgain', request, target),
    }
  }

  /** By a request of its own. */
  get = (target: Target): Promise<Found> => this.request().get(target)

  /** As Next renders: a `get` that is not answered fresh, and the `set` of the same request. */
  async render(target: Target, value: NextValue): Promise<void> {
    const request = this.request()
    await request.get(target)
    await request.set(target, value)
  }

  getUseCache = (target: UseCacheTarget): Promise<UseCacheFound> => this.#call('getUseCache', target)

  getUseCacheTwice = (target: UseCacheTarget): Promise<UseCacheFound> => this.#call('getUseCacheTwice', target)

  setUseCache = (target: UseCacheTarget, value: UseCacheValue): Promise<void> =>
    this.#call('setUseCache', target, value)

  invalidate = (tags: readonly string[], durations?: Durations): Promise<void> =>
    this.#call('invalidate', tags, durations)

  usedInPrerender = (target: Target): Promise<readonly string[]> => this.#call('usedInPrerender', target)

  usedInPrerenderOfUseCache = (target: UseCacheTarget): Promise<readonly string[]> =>
    this.#call('usedInPrerenderOfUseCache', target)

  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const exited = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await exited
  }

  #call<Call extends keyof InstanceCalls>(
    call: Call,
    ...args: Parameters<InstanceCalls[Call]>
  ): ReturnType<InstanceCalls[Call]> {
    const result = new Promise<unknown>((resolve, reject) => {
      if (this.#ended !== undefined) throw this.#ended
      const id = ++this.#calls
      this.#pending.set(id, { resolve, reject })
      this.#process.send({ id, call, args } satisfies CallMessage, (error) => error && reject(error))
    })
    return result as ReturnType<InstanceCalls[Call]>
  }

  #answer(message: AnswerMessage): void {
    const call = this.#pending.get(message.id)
    this.#pending.delete(message.id)
    if (message.kind === 'value') call?.resolve(message.value)
    else call?.reject(new Error(message.error))
  }
}
