import type { Bucket } from './bucket.ts'
import { buildApp, type BuiltApp } from './build-app.ts'
import { type BuildName, BUILDS } from './builds.ts'
import type { Origin } from './origin.ts'
import type { Instance, Stage } from './stage.ts'

/** Two instances of one build on one bucket. */
export interface Fleet {
  readonly build: BuiltApp
  readonly bucket: Bucket
  readonly origin: Origin
  readonly a: Instance
  readonly b: Instance
  /** The environment of an instance of this fleet. */
  readonly env: Readonly<Record<string, string>>
  /** How old an instance's view of the tags may be. */
  readonly tagRefreshMs: number
}

export interface FleetOptions {
  /** @default 'isr' */
  readonly buildName?: BuildName
  /** @default what the handler has for its default */
  readonly tagRefreshMs?: number
  readonly env?: Readonly<Record<string, string>>
  /** Of the keys, within the part of the bucket that is the fleet's. @default none */
  readonly prefix?: string
}

const WARM_UP: Partial<Record<BuildName, string>> = { cacheComponents: '/read/cached', corners: '/shop/forever' }

/** The handler's default. */
export const DEFAULT_TAG_REFRESH_MS = 1000

export async function startFleet(stage: Stage, options: FleetOptions = {}): Promise<Fleet> {
  const { buildName = 'isr', tagRefreshMs = DEFAULT_TAG_REFRESH_MS } = options
  const [build, bucket, origin] = await Promise.all([buildApp(BUILDS[buildName]), stage.bucket(), stage.origin()])
  const env = {
    ...bucket.env,
    ORIGIN_URL: origin.url,
    ...(options.prefix !== undefined && { CACHE_KEY_PREFIX: bucket.prefix + options.prefix }),
    ...(tagRefreshMs !== DEFAULT_TAG_REFRESH_MS && { CACHE_TAG_REFRESH_MS: String(tagRefreshMs) }),
    ...options.env,
  }
  const [a, b] = await Promise.all([
    stage.instance({ name: 'A', build, env }),
    stage.instance({ name: 'B', build, env }),
  ])
  // The first request of a process pays for everything: no test's time is spent on that.
  for (const instance of [a, b]) await instance.visit(`${WARM_UP[buildName] ?? '/forever'}/warm-up-${instance.name}`)
  return { build, bucket, origin, a, b, env, tagRefreshMs }
}
