import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CacheEvent, type CacheHandler, createCacheHandler } from '../src/index.ts'
import type { S3Endpoint } from './s3-endpoint.ts'

export const PREVIEW_MODE_ID = 'the-secret-of-this-build'

let fleets = 0
let instances = 0

export interface HandlerFleet {
  readonly prefix: string
  readonly events: CacheEvent[]
  /** A handler as Next constructs it for a request, on an instance of its own. */
  instance(serverDistDir?: string): (requestHeaders?: Record<string, string>) => CacheHandler
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
  return {
    prefix,
    events,
    instance(serverDistDir = build) {
      const tagRefreshMs = instances++
      const Handler = createCacheHandler({
        bucket: s3.bucket,
        endpoint: s3.endpoint,
        region: s3.region,
        prefix,
        // Different for each, and soon over.
        tagRefreshMs,
        onEvent: (event) => events.push(event),
        log: 'silent',
      })
      return (requestHeaders = {}) => new Handler({ serverDistDir, dev: false, _requestHeaders: requestHeaders })
    },
    keys: async (folder) => {
      const { objects } = await s3.store.list(`${prefix}v1/${folder}`)
      return objects.map(({ key }) => key.slice(`${prefix}v1/`.length))
    },
  }
}

/** The part of a build's output that a handler reads. */
export function createBuild(buildId: string): string {
  const distDir = mkdtempSync(join(tmpdir(), 'build-'))
  mkdirSync(join(distDir, 'server'))
  writeFileSync(join(distDir, 'BUILD_ID'), buildId)
  writeFileSync(join(distDir, 'required-server-files.json'), JSON.stringify({ config: { env: {} } }))
  const manifest = { preview: { previewModeId: PREVIEW_MODE_ID } }
  writeFileSync(join(distDir, 'prerender-manifest.json'), JSON.stringify(manifest))
  return join(distDir, 'server')
}
