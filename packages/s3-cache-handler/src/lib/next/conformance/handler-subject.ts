import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Instance } from './instance.ts'
import type { Target } from './instance-calls.ts'
import { appPage } from './values.ts'

/** What is tested, and how. */
export interface HandlerSubjectOptions {
  /** URL of the module that `cacheHandler` names in `next.config`. */
  readonly cacheHandler?: string | undefined
  /** URL of the module that `cacheHandlers.default` names. */
  readonly useCacheHandler?: string | undefined
  /** In ms: how long after an invalidation, or a write, all instances must know of it. @default 2000 */
  readonly propagationMs?: number | undefined
}

export interface OpenedHandlers {
  /** Of each instance, besides that of the tests. */
  readonly env?: Readonly<Record<string, string>>
  /** Makes the store refuse all, or hang, from when `begin` resolves to when `end` is called. @default not tested */
  readonly outage?: { begin(): Promise<void>; end(): Promise<void> }
  close?(): Promise<void>
}

/** What the tests work with: two instances of one build, and more where they are asked for. */
export class HandlerSubject {
  readonly opened: OpenedHandlers
  readonly #options: HandlerSubjectOptions
  readonly #instances: Instance[] = []
  readonly #folder = mkdtempSync(join(tmpdir(), 'describe-handler-'))
  /** So that a store which was used before has nothing of this run. */
  readonly #run = randomUUID()
  readonly #build = this.createBuild()
  readonly a: Instance
  readonly b: Instance
  #names = 0

  constructor(options: HandlerSubjectOptions, opened: OpenedHandlers) {
    this.#options = options
    this.opened = opened
    this.a = this.start()
    this.b = this.start()
  }

  /** A name that nothing else in the store has. */
  newName(): string {
    return `${this.#run}-${this.#names++}`
  }

  /** A page or another response that nothing else in the store has. */
  newPage(kind: Exclude<Target['kind'], 'FETCH'> = 'APP_PAGE'): Target {
    return { kind, key: `/${this.newName()}` }
  }

  newData(): Target {
    return { kind: 'FETCH', key: createHash('sha256').update(this.newName()).digest('hex') }
  }

  /** Until every instance must know what was written or invalidated before. */
  async propagated(): Promise<void> {
    await sleep(this.#options.propagationMs ?? 2000)
  }

  /** Connects what is connected at first use, which takes longer than all that follows. */
  async warmUp(): Promise<void> {
    if (this.#options.cacheHandler === undefined) return
    const [page, value] = [this.newPage(), appPage('the first')]
    await Promise.all([this.a, this.b].map((instance) => instance.render(page, value)))
  }

  start(serverDistDir: string = this.#build): Instance {
    const instance = new Instance({
      cacheHandler: this.#options.cacheHandler,
      useCacheHandler: this.#options.useCacheHandler,
      serverDistDir,
      prerenderManifest: PRERENDER_MANIFEST,
      env: this.opened.env ?? {},
    })
    this.#instances.push(instance)
    return instance
  }

  /** The part of a build's output that handlers read: of an app that prerenders nothing. */
  createBuild(): string {
    const folder = mkdtempSync(join(this.#folder, 'app-'))
    const distDir = join(folder, '.next')
    mkdirSync(join(distDir, 'server'), { recursive: true })
    writeFileSync(join(distDir, 'BUILD_ID'), randomUUID())
    writeFileSync(join(distDir, 'prerender-manifest.json'), JSON.stringify(PRERENDER_MANIFEST))
    writeFileSync(join(distDir, 'required-server-files.json'), JSON.stringify({ version: 1, config: { env: {} } }))
    return join(distDir, 'server')
  }

  async close(): Promise<void> {
    await Promise.all(this.#instances.map((instance) => instance.kill()))
    rmSync(this.#folder, { recursive: true, force: true })
    await this.opened.close?.()
  }
}

const PRERENDER_MANIFEST = {
  version: 4,
  routes: {},
  dynamicRoutes: {},
  notFoundRoutes: [],
  preview: { previewModeId: '0', previewModeSigningKey: '0', previewModeEncryptionKey: '0' },
}
