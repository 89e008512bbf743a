import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { inspect } from 'node:util'
import { outside } from '../async-context.ts'
import { NoCacheError } from '../errors.ts'
import { mapConcurrently } from '../map-concurrently.ts'
import { listPages } from '../object-store/list-pages.ts'
import type { CacheHandlerOptions } from '../options/options.ts'
import { refuse, refuseUnknown } from './call-options.ts'
import type { BuildSeeds } from './build-seeds.ts'
import { type Enabled, type HandlerContext, resolveEnvironment } from './next-environment.ts'
import type { GetContext } from './next-values.ts'
import { pagePath } from './page-path.ts'

/** What {@link seedBuild} is to do. */
export interface SeedOptions {
  /** The folder that `next build` has written. @default '.next' in the working directory */
  readonly distDir?: string
  /** So many pages are on their way to the bucket at once. @default 8 */
  readonly concurrency?: number
  /** Told after each page. What it throws ends the run. */
  readonly onPage?: (page: SeededPage) => void
  /** Options of the handler, where neither the environment nor the build says them. */
  readonly handler?: CacheHandlerOptions
}

/** What became of one page. */
export interface SeededPage {
  readonly path: string
  /**
   * `stored` now; `present` already, from an earlier run or from an instance; `outdated` by an invalidation or a clear
   * since the build began; `unreadable` to Next's own reader of builds.
   */
  readonly outcome: 'stored' | 'present' | 'outdated' | 'unreadable'
  /** How many are done, this one included. */
  readonly done: number
  readonly total: number
}

/** How many pages came to what. */
export type SeedResult = Readonly<Record<SeededPage['outcome'] | 'total', number>>

/** A page of the build, by the key that Next will ask for it with. */
interface BuiltPage {
  readonly key: string
  readonly context: GetContext
}

/** As the entry point says. */
export async function seedBuild(options: SeedOptions = {}): Promise<SeedResult> {
  check(options)
  const { distDir = '.next', concurrency = 8, onPage = () => {}, handler = {} } = options
  const serverDistDir = join(resolve(/* turbopackIgnore: true */ distDir), 'server')
  const { nodeFs } = await import('next/dist/server/lib/node-fs-methods.js')
  // What Next's own reader of builds works with.
  const context: HandlerContext & { fs: typeof nodeFs } = { serverDistDir, dev: false, fs: nodeFs }
  const { environment, seeds } = open(handler, context)
  const { cache, scopes, store, layout } = environment
  await outside(() => cache.tags.refresh())
  const present = new Set<string>()
  for await (const page of listPages(store, layout.entries(scopes.response, 'page'))) {
    for (const { key } of page) present.add(key)
  }
  const pages = await pagesOf(serverDistDir)
  const counts = { stored: 0, present: 0, outdated: 0, unreadable: 0 }
  let done = 0
  await mapConcurrently(
    pages,
    async ({ key, context }) => {
      const isPresent = present.has(layout.entry('page', scopes.response, key))
      const outcome = isPresent ? 'present' : await plant(environment, seeds, { key, context })
      counts[outcome]++
      onPage({ path: pagePath(key), outcome, done: ++done, total: pages.length })
    },
    concurrency,
  )
  return { ...counts, total: pages.length }
}

async function plant(
  { cache, scopes }: Enabled,
  seeds: BuildSeeds,
  { key, context }: BuiltPage,
): Promise<SeededPage['outcome']> {
  const seed = await seeds.read(key, context)
  if (seed === undefined) return 'unreadable'
  return await outside(() => cache.plant({ kind: 'page', scope: scopes.response, key, name: pagePath(key) }, seed))
}

function open(
  handler: CacheHandlerOptions,
  context: HandlerContext,
): { readonly environment: Enabled; readonly seeds: BuildSeeds } {
  const environment = outside(() => resolveEnvironment(handler, context))
  if (environment.kind === 'disabled') throw new NoCacheError('seedBuild has no cache: CACHE_S3_DISABLED is set')
  if (environment.mistake !== undefined) throw environment.mistake
  const { seeds } = environment
  if (seeds !== undefined) return { environment, seeds }
  const what = 'must hold a build that s3-cache-handler was configured for'
  return refuse('distDir', `${what}, got ${inspect(context.serverDistDir)}`)
}

/**
 * Next writes the key of each page that it has rendered beside it. Turbopack, which takes any file of the project for one
 * that may be read here, would make all of them a part of every app's output.
 */
async function pagesOf(serverDistDir: string): Promise<BuiltPage[]> {
  const pages: BuiltPage[] = []
  for (const name of ['app', 'pages']) {
    const folder = join(/* turbopackIgnore: true */ serverDistDir, name)
    const files = await readdir(/* turbopackIgnore: true */ folder, { recursive: true }).catch(() => [])
    for (const file of files.filter((each) => each.endsWith('.meta'))) {
      const path = join(/* turbopackIgnore: true */ folder, file)
      const page = toPage(await readFile(/* turbopackIgnore: true */ path, 'utf8'))
      if (page !== undefined) pages.push(page)
    }
  }
  return pages
}

function toPage(json: string): BuiltPage | undefined {
  const { routeCache, postponed } = JSON.parse(json) as {
    readonly routeCache?: { readonly key: string; readonly isFallback?: boolean }
    readonly postponed?: string
  }
  const kind = /^\/route-cache\/(APP_PAGE|APP_ROUTE|PAGES)\//.exec(routeCache?.key ?? '')?.[1]
  if (routeCache === undefined || kind === undefined) return undefined
  const { key, isFallback = false } = routeCache
  return { key, context: { kind: kind as GetContext['kind'], isFallback, isRoutePPREnabled: postponed !== undefined } }
}

function check(options: SeedOptions): void {
  if (typeof options !== 'object' || options === null) refuse('options', `must be an object, got ${inspect(options)}`)
  refuseUnknown(options, ['distDir', 'concurrency', 'onPage', 'handler'])
  const { concurrency, distDir, onPage } = options
  if (concurrency !== undefined && (!Number.isInteger(concurrency) || concurrency < 1)) {
    refuse('concurrency', `must be a whole number from 1, got ${inspect(concurrency)}`)
  }
  if (distDir !== undefined && (typeof distDir !== 'string' || distDir === '')) {
    refuse('distDir', `must be a path, got ${inspect(distDir)}`)
  }
  if (onPage !== undefined && typeof onPage !== 'function') {
    refuse('onPage', `must be a function, got ${inspect(onPage)}`)
  }
}
