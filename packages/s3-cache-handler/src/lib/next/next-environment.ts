import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { InvalidOptionError, messageOf } from '../errors.ts'
import type { EntryKind, Scope } from '../keys/layout.ts'
import { openCache, type OpenCache } from '../open-cache.ts'
import type { CacheHandlerOptions, ResolvedOptions, ScalarOptions } from '../options/options.ts'
import { missingBucket, resolveOptions } from '../options/resolve-options.ts'
import { Leases } from '../leases/leases.ts'
import { Refreshes } from '../leases/refreshes.ts'
import { processWide } from '../registry.ts'
import { systemRuntime } from '../runtime.ts'
import { type BuildOutput, readBuildOutput } from './build-output.ts'
import { recordBuildStart } from './build-record.ts'
import { BuildSeeds } from './build-seeds.ts'
import { evaluatedOptions } from './evaluated-options.ts'
import { showAlive } from './heartbeat.ts'
import { noteDisabled, noteOpen } from './open-environments.ts'

/** The part of Next's handler context that matters here; the whole of it is handed to Next's own reader of a build. */
export interface HandlerContext {
  readonly serverDistDir?: string | undefined
  readonly dev?: boolean | undefined
  readonly _requestHeaders?: Readonly<Record<string, string | readonly string[] | undefined>> | undefined
}

/** What a handler works with. */
export type NextEnvironment =
  | { readonly kind: 'disabled' }
  | ({
      readonly kind: 'enabled'
      /** Why it is not the bucket that holds the entries, if that is a mistake. */
      readonly mistake: InvalidOptionError | undefined
      readonly scopes: Scopes
      readonly previewModeId: string | undefined
      readonly defaultLocale: string | undefined
      /** What the build has rendered; undefined where it must not be served. */
      readonly seeds: BuildSeeds | undefined
      /** Who of the fleet renders what is stale; undefined where every process does so for itself. */
      readonly refreshes: Refreshes | undefined
      /** Longest wait for one operation of the store. */
      readonly timeoutMs: number
    } & Omit<OpenCache, 'parts' | 'capabilities' | 'clock' | 'presign'>)

export type Enabled = Extract<NextEnvironment, { kind: 'enabled' }>

export interface Scopes {
  /** Pages, route handlers and `use cache`: their HTML names one build's assets. */
  readonly response: Scope
  /** `fetch` and images, which no build owns. */
  readonly data: Scope
}

/** Whose entries of a kind are. */
export const scopeOf = (kind: EntryKind, { response, data }: Scopes): Scope =>
  kind === 'page' || kind === 'use-cache' ? response : data

const UNSHARED: Scopes = { response: { kind: 'shared' }, data: { kind: 'shared' } }

/** Decides what to do with the options, the environment and the build. Never throws: a handler that did would be a 500. */
export function resolveEnvironment(call: CacheHandlerOptions, context: HandlerContext): NextEnvironment {
  const environment = resolve(call, context)
  if (environment.kind === 'disabled') noteDisabled()
  else noteOpen(environment)
  return environment
}

function resolve(call: CacheHandlerOptions, context: HandlerContext): NextEnvironment {
  const isBuild = process.env.NEXT_PHASE === 'phase-production-build'
  if (isBuild && context.serverDistDir !== undefined) recordBuildStart(context.serverDistDir)
  let isSilent = isBuild
  try {
    const build = context.serverDistDir === undefined ? undefined : readBuildOutput(context.serverDistDir)
    const options = resolveOptions({
      call,
      env: process.env,
      config: evaluatedOptions.current ?? (JSON.parse(build?.options ?? '{}') as ScalarOptions),
    })
    if (options.disabled) return { kind: 'disabled' }
    isSilent = isBuild && !options.storeDuringBuild
    if (isSilent) return inMemory(options, call)
    if (options.bucket === undefined) return withoutBucket(options, call, context)
    const scopes = resolveScopes(options, context, build, isBuild)
    const backend = { kind: 's3', bucket: options.bucket } as const
    const { previewModeId, defaultLocale, startedAt, prerendered = {} } = build ?? {}
    const { timeoutMs } = options
    const isServing = !isBuild && context.dev !== true
    const seeds = isServing && startedAt !== undefined ? new BuildSeeds(context, startedAt, prerendered) : undefined
    const opened = openCache(backend, options, call)
    if (isServing && scopes.response.kind === 'deployment') showAlive(opened, scopes.response.id)
    const refreshes = isServing ? refreshesOf(opened) : undefined
    const own = { previewModeId, defaultLocale, seeds, refreshes }
    return { kind: 'enabled', mistake: undefined, scopes, ...own, timeoutMs, ...opened }
  } catch (error) {
    const mistake = error instanceof InvalidOptionError ? error : new InvalidOptionError('options', messageOf(error))
    return inMemory(withoutMistake(call), usableListeners(call), isSilent ? undefined : mistake)
  }
}

function refreshesOf({ cacheId, store, capabilities, layout, gauges }: OpenCache): Refreshes {
  return processWide(`refreshes ${cacheId}`, () => {
    const refreshes = new Refreshes({
      leases: new Leases(store, layout, systemRuntime),
      hasConditionalPut: () => capabilities.has('conditional-put'),
      runtime: systemRuntime,
    })
    gauges.add({ refreshes: () => refreshes.size })
    return refreshes
  })
}

function inMemory(options: ResolvedOptions, call: CacheHandlerOptions, mistake?: InvalidOptionError): NextEnvironment {
  const opened = openCache({ kind: 'memory' }, options, call)
  const { timeoutMs } = options
  const own = { previewModeId: undefined, defaultLocale: undefined, seeds: undefined, refreshes: undefined }
  return { kind: 'enabled', mistake, scopes: UNSHARED, ...own, timeoutMs, ...opened }
}

/** The mistake may be in the very things that would tell of it. */
function usableListeners(call: CacheHandlerOptions): CacheHandlerOptions {
  const { logger, onEvent } = call
  try {
    resolveOptions({ call: { logger, onEvent }, env: {} })
    return { logger, onEvent }
  } catch {
    return {}
  }
}

/** Defaults, and how to log, if that is not the mistake. */
function withoutMistake({ log, logFormat }: CacheHandlerOptions): ResolvedOptions {
  const { CACHE_LOG, CACHE_LOG_FORMAT } = process.env
  try {
    return resolveOptions({ call: { log, logFormat }, env: { CACHE_LOG, CACHE_LOG_FORMAT } })
  } catch {
    return resolveOptions({ env: {} })
  }
}

function withoutBucket(
  options: ResolvedOptions,
  call: CacheHandlerOptions,
  { dev = false }: HandlerContext,
): NextEnvironment {
  const environment = inMemory(options, call, dev ? undefined : missingBucket())
  if (dev && environment.kind === 'enabled') {
    const said = processWide('said', () => new Set<string>())
    if (!said.has('dev')) environment.logger.info('No bucket is set: next dev keeps its cache in memory')
    said.add('dev')
  }
  return environment
}

function resolveScopes(
  { deployment, sharedData }: ResolvedOptions,
  { dev = false, serverDistDir }: HandlerContext,
  build: BuildOutput | undefined,
  isBuild: boolean,
): Scopes {
  const id =
    deployment ??
    (process.env.NEXT_DEPLOYMENT_ID || undefined) ??
    build?.deploymentId ??
    // With a deployment ID Next makes every build ID the same constant, so it comes last.
    build?.buildId ??
    (dev ? 'development' : undefined) ??
    // A build has no ID yet. It asks for data only, and what is shared needs none.
    (isBuild && sharedData ? `build-${randomUUID()}` : undefined)
  if (id === undefined) {
    const looked =
      serverDistDir === undefined ? 'Next named no build folder' : `no BUILD_ID is in ${join(serverDistDir, '..')}`
    throw new InvalidOptionError('deployment', `"deployment" (CACHE_DEPLOYMENT) is not set, and ${looked}`)
  }
  const own: Scope = { kind: 'deployment', id }
  // What `next dev` fetches is often not what production fetches.
  return { response: own, data: sharedData && !dev ? { kind: 'shared' } : own }
}
