import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect } from '@playwright/test'
import type { Bucket } from './bucket.ts'
import { type BuiltSite, buildSite } from './build-site.ts'
import { type SiteName, SITES } from './builds.ts'
import { cleanEnv } from './clean-env.ts'
import type { Origin } from './origin.ts'
import type { Stage } from './stage.ts'

/** One process that serves a built site. */
export interface SiteServer {
  readonly name: string
  readonly url: string
  logs(): string
  stop(): Promise<void>
}

/** Two processes of one build on one bucket. */
export interface Site {
  readonly build: BuiltSite
  readonly bucket: Bucket
  readonly env: Readonly<Record<string, string>>
  readonly a: SiteServer
  readonly b: SiteServer
  /** What loaders ask where a request has `?origin`. */
  readonly origin: Origin
}

/** How long after an invalidation another process may serve the old: short, so that tests need not wait long. */
export const TAG_REFRESH_MS = 200

export interface SiteOptions {
  readonly build: SiteName
  readonly env?: Readonly<Record<string, string>>
  /** Which it shares with others. @default one of its own */
  readonly bucket?: Bucket
}

export async function startSite(stage: Stage, options: SiteOptions): Promise<Site> {
  const [build, bucket] = await Promise.all([buildSite(SITES[options.build]), options.bucket ?? stage.bucket()])
  const origin = await stage.origin()
  const env = {
    ...bucket.env,
    ORIGIN_URL: origin.url,
    CACHE_TAG_REFRESH_MS: String(TAG_REFRESH_MS),
    CACHE_MEMORY_CHECK_MS: String(TAG_REFRESH_MS),
    ...options.env,
  }
  const [a, b] = await Promise.all([
    stage.siteServer({ name: 'A', build, env }),
    stage.siteServer({ name: 'B', build, env }),
  ])
  return { build, bucket, env, a, b, origin }
}

export interface SiteServerOptions {
  readonly name: string
  readonly build: BuiltSite
  readonly env: Readonly<Record<string, string>>
}

export async function startSiteServer({ name, build: { dir, node }, env }: SiteServerOptions): Promise<SiteServer> {
  const child = spawn(node, ['server.mjs'], { cwd: dir, env: cleanEnv(env), stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = once(child, 'exit')
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
  const listening = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>
  const url = await Promise.race([listening.then(([line]) => line), exited.then(() => undefined)])
  if (url === undefined) throw new Error(`The server ${name} has ended:\n${output}`)
  return {
    name,
    url,
    logs: () => output,
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

/** To what is no browser, React Router and Remix send a document only when it is whole. */
const USER_AGENT = 'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'

/** What the site is called by the proxy in front of it, which all instances have in common. */
export const HOST = 'site.test'

/** As browsers that navigate say. */
export const NAVIGATION: Readonly<Record<string, string>> = {
  'sec-fetch-dest': 'document',
  accept: 'text/html',
  'x-forwarded-host': HOST,
  'user-agent': USER_AGENT,
}
/** As a browser's `fetch` says. */
export const FETCH: Readonly<Record<string, string>> = {
  'sec-fetch-dest': 'empty',
  accept: '*/*',
  'x-forwarded-host': HOST,
  'user-agent': USER_AGENT,
}

/** What a server has answered. */
export interface Seen {
  readonly status: number
  readonly headers: Headers
  readonly body: string
  /** The parameters of this cache's member of `Cache-Status`. */
  readonly cache: readonly string[]
  /** The renders that the body tells of, each of one process. */
  readonly renders: readonly string[]
}

let paths = 0
/** A path that no other test has. */
export const newPath = (route: string): string => `/${route}/path-${++paths}-own`

export const isHit = ({ cache }: Seen): boolean => cache[0] === 'hit'

/** What a document says in the element with an id. */
export const shown = ({ body }: Pick<Seen, 'body'>, id: string): string | undefined =>
  new RegExp(`id="${id}"[^>]*>([^<]*)<`).exec(body)?.[1]

export async function ask(server: SiteServer, path: string, init: RequestInit = {}): Promise<Seen> {
  const response = await fetch(server.url + path, { redirect: 'manual', ...init })
  const body = await response.text()
  const cache = (response.headers.get('cache-status') ?? '').split('; ').slice(1)
  const renders = [...new Set(body.match(/\b\d+-\d+\b(?=["<\\])/g) ?? [])]
  return { status: response.status, headers: response.headers, body, cache, renders }
}

export const document = (server: SiteServer, path: string, headers: Record<string, string> = {}): Promise<Seen> =>
  ask(server, path, { headers: { ...NAVIGATION, ...headers } })

export const fetched = (server: SiteServer, path: string, headers: Record<string, string> = {}): Promise<Seen> =>
  ask(server, path, { headers: { ...FETCH, ...headers } })

/** What A has made, once it is in the bucket: only then does B find it, rather than make its own. */
export async function made(site: Site, path: string): Promise<Seen> {
  const seen = await document(site.a, path)
  await stored(site, path)
  return seen
}

/** Waits for the PUT of what was asked for. The last part of the path must be like no other. */
export async function stored({ bucket }: Site, path: string): Promise<void> {
  const [slug = ''] = /[^/]+$/.exec(path.replace(/[?.].*/, '')) ?? []
  const isEntry = (key: string): boolean => key.startsWith('v1/entries/') && key.includes(slug)
  const isStored = (): boolean =>
    bucket.requests
      .list()
      .some(({ operation, key, status }) => operation === 'PutObject' && status === 200 && isEntry(key))
  await expect.poll(isStored).toBe(true)
}

/** A form that a page of the site posts. */
export const posted = (server: SiteServer, path: string): Promise<Seen> =>
  ask(server, path, {
    method: 'POST',
    headers: { ...FETCH, origin: `http://${HOST}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: 'x=1',
  })

/** A response of which a part has come. */
export interface Begun {
  readonly first: string
  /** All of it, once the rest has come. */
  readonly whole: () => Promise<string>
  /** Ends the connection, as a visitor does who leaves; resolves when the server knows. */
  readonly leave: () => Promise<void>
}

/** Asks, and reads until what came has `part` in it. */
export async function begin(server: SiteServer, path: string, part: string): Promise<Begun> {
  const leaving = new AbortController()
  const response = await fetch(server.url + path, { headers: NAVIGATION, signal: leaving.signal })
  const reader = response.body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  const readOn = async (): Promise<boolean> => {
    const { done = true, value } = (await reader?.read()) ?? {}
    text += decoder.decode(value, { stream: !done })
    return !done
  }
  while (!text.includes(part)) expect(await readOn()).toBe(true)
  return {
    first: text,
    async whole() {
      while (await readOn());
      return text
    },
    async leave() {
      leaving.abort()
      await expect.poll(() => server.logs()).toContain(`left ${path}`)
    },
  }
}

let gates = 0
/** The name of a gate that no other test waits at. */
export const newGate = (): string => `gate-${++gates}`

/** Lets whoever waits at a gate of this process go on. */
export async function openGate(server: SiteServer, name: string): Promise<void> {
  expect((await fetched(server, `/open/${name}`)).status).toBe(204)
}
