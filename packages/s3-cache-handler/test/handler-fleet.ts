import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CacheEvent, type CacheHandler, type CacheHandlerOptions, createCacheHandler } from '../src/index.ts'
import { createUseCacheHandler, type UseCacheHandler } from '../src/use-cache.ts'
import type { S3Endpoint } from './s3-endpoint.ts'

export const PREVIEW_MODE_ID = 'the-secret-of-this-build'

let fleets = 0
let instances = 0

export interface Both {
  readonly pages: () => CacheHandler
  readonly useCache: UseCacheHandler
}

export interface HandlerFleet {
  readonly prefix: string
  readonly events: CacheEvent[]
  /** A handler as Next constructs it for a request, on an instance of its own. */
  instance(serverDistDir?: string): (requestHeaders?: Record<string, string>) => CacheHandler
  /** Both handlers of one instance. */
  both(serverDistDir?: string): Both
  /** The keys of all objects of this fleet's under `v1/<folder>`. */
  keys(folder: string): Promise<string[]>
}

/**
 * A fleet of handlers on one bucket, all in this process. As instances share neither memory nor what they know of tags,
 * each has options, and so a cache and a view, of its own.
 */
export function createHandlerFleet(s3: S3Endpoint): HandlerFleet {
  const prefix = `${s3.prefix}fleet-${fleets++}/`
  const events: CacheEvent[] = []
  const build = createBuild('b1')
  const { bucket, endpoint, region } = s3
  const newOptions = (): CacheHandlerOptions => ({
    bucket,
    endpoint,
    region,
    prefix,
    // Different for each, and soon over.
    tagRefreshMs: instances++,
    onEvent: (event) => void events.push(event),
    log: 'silent',
  })
  return {
    prefix,
    events,
    instance: (serverDistDir = build) => handlersOf(newOptions(), serverDistDir),
    both(serverDistDir = build) {
      const options = newOptions()
      const useCache = createUseCacheHandler(options, { serverDistDir })
      return { pages: handlersOf(options, serverDistDir), useCache }
    },
    keys: async (folder) => {
      const { objects } = await s3.store.list(`${prefix}v1/${folder}`)
      return objects.map(({ key }) => key.slice(`${prefix}v1/`.length))
    },
  }
}

const handlersOf =
  (options: CacheHandlerOptions, serverDistDir: string) =>
  (requestHeaders: Record<string, string> = {}): CacheHandler =>
    new (createCacheHandler(options))({ serverDistDir, dev: false, _requestHeaders: requestHeaders })

/** The part of a build's output that a handler reads. */
export function createBuild(buildId: string, config: Readonly<Record<string, unknown>> = {}): string {
  const distDir = mkdtempSync(join(tmpdir(), 'build-'))
  mkdirSync(join(distDir, 'server'))
  writeFileSync(join(distDir, 'BUILD_ID'), buildId)
  writeFileSync(join(distDir, 'required-server-files.json'), JSON.stringify({ config: { env: {}, ...config } }))
  const manifest = { preview: { previewModeId: PREVIEW_MODE_ID } }
  writeFileSync(join(distDir, 'prerender-manifest.json'), JSON.stringify(manifest))
  return join(distDir, 'server')
}
