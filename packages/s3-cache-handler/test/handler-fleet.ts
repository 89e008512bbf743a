import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LocalS3 } from 'local-s3'
import { type CacheEvent, type CacheHandler, createCacheHandler } from '../src/index.ts'

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
export function createHandlerFleet(s3: LocalS3): HandlerFleet {
  const prefix = `fleet-${fleets++}/`
  const events: CacheEvent[] = []
  const build = createBuild('b1')
  return {
    prefix,
    events,
    instance(serverDistDir = build) {
      const tagRefreshMs = instances++
      const Handler = createCacheHandler({
        bucket: 'bucket',
        endpoint: s3.url,
        prefix,
        // Different for each, and soon over.
        tagRefreshMs,
        onEvent: (event) => events.push(event),
        log: 'silent',
      })
      return (requestHeaders = {}) => new Handler({ serverDistDir, dev: false, _requestHeaders: requestHeaders })
    },
    keys: async (folder) => {
      const store = await openStore(s3)
      const { objects } = await store.list(`${prefix}v1/${folder}`)
      return objects.map(({ key }) => key.slice(`${prefix}v1/`.length))
    },
  }
}

/** The store itself, past every cache. */
export async function openStore(s3: LocalS3): Promise<import('../src/lib/object-store/object-store.ts').ObjectStore> {
  const { createS3ObjectStore } = await import('../src/lib/object-store/s3-store.ts')
  return createS3ObjectStore({ bucket: 'bucket', endpoint: s3.url, region: 'us-east-1', forcePathStyle: true })
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
