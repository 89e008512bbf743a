import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a browser asks for, that a build has rendered. */
export interface PrerenderedRequest {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly status: number
}

interface PrerenderManifest {
  readonly routes: Readonly<Record<string, { readonly initialStatus?: number; readonly dataRoute: string | null }>>
}

/** All of it, by the build's own lists: pages, their payloads for a client navigation, and the segments of a prefetch. */
export function prerenderedRequests(distDir: string): PrerenderedRequest[] {
  const { routes } = readJson(join(distDir, 'prerender-manifest.json')) as PrerenderManifest
  return Object.entries(routes).flatMap(([path, { initialStatus: status = 200, dataRoute }]) => {
    const page = { path, headers: {}, status }
    const metaFile = join(distDir, `server/app${path === '/' ? '/index' : path}.meta`)
    if (!existsSync(metaFile)) return [page, { ...page, path: dataRoute ?? path }]
    const { segmentPaths = [] } = readJson(metaFile) as { readonly segmentPaths?: readonly string[] }
    return [page, { ...page, headers: { rsc: '1' } }, ...segmentPaths.map((segment) => segmentOf(path, segment))]
  })
}

const segmentOf = (path: string, segment: string): PrerenderedRequest => ({
  path,
  headers: { rsc: '1', 'next-router-prefetch': '1', 'next-router-segment-prefetch': segment },
  status: 200,
})

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'))
