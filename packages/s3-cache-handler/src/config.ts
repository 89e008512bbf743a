import { fileURLToPath } from 'node:url'
import type { NextConfig } from 'next'
// For its effect: it captures the async context of loading the config, which is no request's.
// oxlint-disable-next-line import/no-unassigned-import
import './lib/async-context.ts'
import { InvalidOptionError } from './lib/errors.ts'
import { OPTIONS_VARIABLE } from './lib/next/build-output.ts'
import { evaluatedOptions } from './lib/next/evaluated-options.ts'
import { createConsoleLogger } from './lib/logging/console-logger.ts'
import type { ResolvedOptions, ScalarOptions } from './lib/options/options.ts'
import { missingBucket, resolveOptions } from './lib/options/resolve-options.ts'

export type { ScalarOptions } from './lib/options/options.ts'

/** Every form that Next accepts a config in. */
export type NextConfigInput =
  | NextConfig
  | Promise<NextConfig>
  | ((phase: string, context: { defaultConfig: NextConfig }) => NextConfig | Promise<NextConfig>)

/** The config as a function, which is how Next tells it the phase. */
export type NextConfigFunction = (phase: string, context: { defaultConfig: NextConfig }) => Promise<NextConfig>

const HANDLER_PATH = fileURLToPath(new URL('./index.js', import.meta.url))
const USE_CACHE_PATH = fileURLToPath(new URL('./use-cache.js', import.meta.url))

/**
 * Sets in one place all that must agree for a shared cache: `cacheHandler`, `cacheMaxMemorySize: 0`,
 * `images.customCacheHandler` and `serverExternalPackages`; with `cacheComponents` or `experimental.useCache` also
 * `cacheHandlers` for the kinds `default` and `remote`, where the config names none.
 *
 * ```js
 * // next.config.mjs
 * import { withS3Cache } from 's3-cache-handler/config'
 * export default withS3Cache({ reactStrictMode: true }, { bucket: 'my-app-cache' })
 * ```
 *
 * Options are plain JSON; each can also be set by its environment variable, which wins. They become part of the build,
 * so that a standalone server, which never evaluates its config, has them too. Under `next start` a missing bucket or a
 * wrong value throws, and so ends the process, with {@link InvalidOptionError} naming the setting; during `next build`
 * the same is no error, because builds often know nothing of the bucket.
 */
export function withS3Cache(config: NextConfigInput = {}, options: ScalarOptions = {}): NextConfigFunction {
  return async (phase, context) => {
    const given = typeof config === 'function' ? config(phase, context) : config
    const resolved = (await given) ?? {}
    rejectOtherHandler(resolved)
    const json = JSON.stringify(options)
    if (phase === 'phase-production-server') {
      const working = requireWorkingOptions(options)
      warnAboutFleet(resolved, working)
      if (!working.disabled) preloadS3Client()
    }
    evaluatedOptions.current = JSON.parse(json) as ScalarOptions
    return {
      ...resolved,
      cacheHandler: HANDLER_PATH,
      ...useCacheHandlers(resolved, context?.defaultConfig),
      cacheMaxMemorySize: 0,
      ...imageHandler(resolved, context?.defaultConfig),
      serverExternalPackages: [...(resolved.serverExternalPackages ?? []), 's3-cache-handler'],
      env: { ...resolved.env, [OPTIONS_VARIABLE]: json },
    }
  }
}

function rejectOtherHandler({ cacheHandler }: NextConfig): void {
  if (cacheHandler === undefined || cacheHandler === HANDLER_PATH) return
  const message = `withS3Cache sets "cacheHandler" itself, and the config already names ${JSON.stringify(cacheHandler)}`
  throw new InvalidOptionError('cacheHandler', message)
}

/** Only where the app can use them: edge routes do not build with them under Turbopack. */
function useCacheHandlers(config: NextConfig, defaults: NextConfig | undefined): NextConfig {
  const { cacheComponents, experimental } = config
  // Next 15.5 has it there, and has defaults for it.
  const isExperimental = hasCacheHandlers(defaults?.experimental)
  const given = isExperimental ? (experimental as WithCacheHandlers | undefined)?.cacheHandlers : config.cacheHandlers
  if (!cacheComponents && !experimental?.useCache && given === undefined) return {}
  const cacheHandlers = { default: USE_CACHE_PATH, remote: USE_CACHE_PATH, ...given }
  if (!isExperimental) return { cacheHandlers }
  const withHandlers: WithCacheHandlers & NextConfig['experimental'] = { ...experimental, cacheHandlers }
  return { experimental: withHandlers }
}

/** Next 15.5 keeps optimised images on its own disk, and warns of what it does not know. */
function imageHandler({ images }: NextConfig, defaults: NextConfig | undefined): Pick<NextConfig, 'images'> {
  const isKnown = defaults?.images === undefined || 'customCacheHandler' in defaults.images
  return isKnown ? { images: { ...images, customCacheHandler: true } } : {}
}

type WithCacheHandlers = Pick<NextConfig, 'cacheHandlers'>

const hasCacheHandlers = (part: object | undefined): boolean => part !== undefined && 'cacheHandlers' in part

function requireWorkingOptions(config: ScalarOptions): ResolvedOptions {
  const options = resolveOptions({ env: process.env, config })
  if (options.bucket === undefined && !options.disabled) throw missingBucket()
  return options
}

/** Loads the AWS SDK before the first request has to wait for it. Where that fails, the request will tell. */
function preloadS3Client(): void {
  import('./lib/object-store/s3-store.ts').catch(() => {})
}

/** What instances must agree on besides the cache, in one line where any of it is not set. */
function warnAboutFleet({ deploymentId }: NextConfig, options: ResolvedOptions): void {
  const unset = [
    !deploymentId && !process.env.NEXT_DEPLOYMENT_ID && 'deploymentId',
    !process.env.NEXT_SERVER_ACTIONS_ENCRYPTION_KEY && 'NEXT_SERVER_ACTIONS_ENCRYPTION_KEY',
  ].filter((name) => name !== false)
  if (unset.length === 0) return
  createConsoleLogger(options).warn(
    `A fleet needs one build on all instances, "deploymentId" and NEXT_SERVER_ACTIONS_ENCRYPTION_KEY; not set: ${unset.join(', ')}`,
  )
}
