import { startNextInstance, type NextInstance } from '../../scripts/lib/next-instance.mjs'
import { startBucket, type Bucket } from './bucket.ts'
import type { BuiltApp } from './build-app.ts'
import { withoutForeign } from './clean-env.ts'
import { startHandlerProcess, type HandlerProcess } from './handler-process.ts'
import { saveLog, type NamedLog } from './logs.ts'
import { startOrigin, type Origin } from './origin.ts'
import { startS3Process, type S3Process } from './s3-process.ts'
import { type SiteServer, type SiteServerOptions, startSiteServer } from './site.ts'
import { visit, type Visit } from './visit.ts'

export interface Instance extends NextInstance {
  visit(path: string, init?: RequestInit): Promise<Visit>
}

export interface InstanceOptions {
  readonly name: string
  readonly build: Pick<BuiltApp, 'dir' | 'env'>
  readonly env?: Readonly<Record<string, string>>
  readonly mode?: 'start' | 'standalone' | 'dev'
  /** Next's own command, or something that runs it. */
  readonly nextBin?: string
  /** For that command, as `--webpack`. */
  readonly flags?: readonly string[]
}

const open = new Set<Stage>()

/** The logs of everything that runs now, for the report of a test that failed. */
export const openLogs = (): NamedLog[] => [...open].flatMap((stage) => stage.logs())

/** Everything that one test, or one worker, starts: it ends together and leaves its logs. */
export class Stage {
  readonly #closers: (() => Promise<unknown>)[] = []
  readonly #logs: (() => NamedLog)[] = []

  constructor() {
    open.add(this)
  }

  async bucket(options?: { port?: number }): Promise<Bucket> {
    const bucket = await startBucket(options)
    this.#closers.push(() => bucket.close())
    this.#logs.push(() => ({ name: `s3-${bucket.port}`, text: requestLog(bucket) }))
    return bucket
  }

  async s3Process(): Promise<S3Process> {
    const s3 = await startS3Process()
    this.#closers.push(() => s3.close())
    return s3
  }

  async origin(): Promise<Origin> {
    const origin = await startOrigin()
    this.#closers.push(() => origin.close())
    return origin
  }

  async instance({ name, build, env = {}, mode = 'start', nextBin, flags = [] }: InstanceOptions): Promise<Instance> {
    const next = await startNextInstance({
      name,
      appDir: build.dir,
      mode,
      flags,
      ...(nextBin && { nextBin }),
      env: { ...withoutForeign(), ...build.env, ...env },
    })
    this.#closers.push(() => next.stop())
    this.#logs.push(() => ({ name: `next-${name}-${next.port}`, text: next.logs() }))
    return { ...next, visit: (path, init) => visit(next.url + path, init) }
  }

  async siteServer(options: SiteServerOptions): Promise<SiteServer> {
    const server = await startSiteServer(options)
    this.#closers.push(() => server.stop())
    this.#logs.push(() => ({ name: `site-${server.name}-${new URL(server.url).port}`, text: server.logs() }))
    return server
  }

  /** Without Next: see {@link HandlerProcess}. */
  handlerProcess(name: string, env: Readonly<Record<string, string>>): HandlerProcess {
    const handler = startHandlerProcess(env)
    this.#closers.push(() => handler.kill())
    this.#logs.push(() => ({ name: `handler-${name}-${handler.pid}`, text: handler.logs() }))
    return handler
  }

  logs(): NamedLog[] {
    return this.#logs.map((log) => log())
  }

  async close(): Promise<void> {
    for (const close of this.#closers.toReversed()) await close()
    this.logs().forEach(saveLog)
    open.delete(this)
  }
}

function requestLog(bucket: Bucket): string {
  return bucket.requests
    .list()
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('')
}
