import { expect } from '@playwright/test'
import { startRoundRobinProxy } from '../../scripts/lib/round-robin-proxy.mjs'
import { objectsIn } from './objects.ts'
import type { Origin } from './origin.ts'
import { document, fetched, type Seen, type Site, type SiteServer, startSite } from './site.ts'
import type { Stage } from './stage.ts'

/** A site as browsers see it: one address, whichever process answers. */
export interface FrontedSite extends Site {
  readonly origin: Origin
  readonly url: string
  /** From now on this one answers. */
  turnTo(server: SiteServer): void
  /** Asks one process, by the address that all have in common: for a page, and for its data. */
  askBoth(server: SiteServer, path: string): Promise<readonly [page: Seen, data: Seen]>
  /** How often the origin was asked for a page or its data. */
  hits(path: string): number
  close(): Promise<void>
}

/** A answers at first. */
export async function startFrontedSite(stage: Stage): Promise<FrontedSite> {
  const origin = await stage.origin()
  const site = await startSite(stage, { build: 'router7Raw', env: { ORIGIN_URL: origin.url } })
  const targets = [site.a.url]
  const proxy = await startRoundRobinProxy({ port: 0, targets })
  const address = { 'x-forwarded-host': new URL(proxy.url).host }
  return {
    ...site,
    origin,
    url: proxy.url,
    turnTo: ({ url }) => void targets.splice(0, 1, url),
    askBoth: async (server, path) => [
      await document(server, path, address),
      await fetched(server, `${path}.data`, address),
    ],
    hits: (path) => origin.hits(path.slice(1)),
    close: () => proxy.close(),
  }
}

/** The objects that hold a page and its data. */
export const objectsOf = async ({ bucket }: Site, path: string): Promise<readonly string[]> =>
  [...(await objectsIn(bucket)).keys()].filter(
    (key) => key.includes('v1/entries/') && path.split('/').every((part) => key.includes(part)),
  )

/** Both processes have a page and its data from now on, for each of which the origin was asked once: 1 and 2. */
export async function cachedOnBoth(front: FrontedSite, path: string): Promise<void> {
  await front.askBoth(front.a, path)
  await expect.poll(() => objectsOf(front, path)).toHaveLength(2)
  await expectUntouched(front, path)
}

/** Whoever answers has both from the cache, and the origin was not asked again. */
export async function expectUntouched(front: FrontedSite, path: string): Promise<void> {
  for (const server of [front.a, front.b]) {
    const seen = await front.askBoth(server, path)
    expect(
      seen.map(({ cache }) => cache[0]),
      `${path} on ${server.name}`,
    ).toEqual(['hit', 'hit'])
  }
  expect(front.hits(path)).toBe(2)
}
