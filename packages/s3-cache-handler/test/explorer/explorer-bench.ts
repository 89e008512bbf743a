import { startLocalS3, type LocalS3 } from 'local-s3'
import { afterAll, beforeEach, expect, vi } from 'vitest'
import { createS3Cache, type S3Cache, type S3CacheOptions } from '../../src/cache.ts'
import { createExplorer, type Explorer } from '../../src/explorer.ts'
import { createLayout } from '../../src/lib/keys/layout.ts'
import { forgetCaches } from '../forget-caches.ts'
import { putEntries, type TestEntry } from '../put-entry.ts'
import { type ParsedPage, parsePage } from './parsed-page.ts'

type Params = Readonly<Record<string, string>>

/** An answer of the explorer. */
export interface Shown extends ParsedPage {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

const ORIGIN = 'https://ops.example'
const FROM_OURSELVES = { origin: ORIGIN, 'sec-fetch-site': 'same-origin' }

/** A browser: keeps cookies, and sends forms as they are. */
export class Visitor {
  readonly #explorer: Explorer
  /** Where the explorer is mounted. */
  readonly #url: string
  #cookies: Record<string, string> = {}

  constructor(explorer: Explorer, url = `${ORIGIN}/api/explorer`) {
    this.#explorer = explorer
    this.#url = url
  }

  async request(query: string, init: RequestInit = {}): Promise<Response> {
    const cookie = Object.entries(this.#cookies).map((pair) => pair.join('='))
    const headers = new Headers(init.headers)
    if (cookie.length > 0) headers.set('cookie', cookie.join('; '))
    const response = await this.#explorer(new Request(this.#url + query, { ...init, headers }))
    for (const text of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? []
      this.#cookies = { ...this.#cookies, [name]: value }
    }
    return response
  }

  async follow(link: string): Promise<Shown> {
    return await shown(await this.request(link))
  }

  async show(view: string, params: Params = {}): Promise<Shown> {
    return await this.follow(`?${new URLSearchParams({ view, ...params }).toString()}`)
  }

  /** Fills in the form of a page and sends it. */
  async submit(page: Shown, fields: Params = {}, headers: Params = FROM_OURSELVES): Promise<Response> {
    const [form] = page.find('form', { method: 'post' })
    if (form === undefined) expect.fail(`There is no form on: ${page.text}`)
    const hidden = form.inside.filter(({ attributes: { type } }) => type === 'hidden')
    const given = Object.fromEntries(hidden.map(({ attributes: { name = '', value = '' } }) => [name, value]))
    return await this.request(form.attributes['action'] ?? '', {
      method: 'POST',
      headers,
      body: new URLSearchParams({ ...given, ...fields }),
    })
  }

  /** Confirms an action, and goes where it leads. */
  async confirm(params: Params, fields: Params = {}): Promise<Shown> {
    const done = await this.submit(await this.show('confirm', params), fields)
    if (done.status !== 303) return await shown(done)
    return await this.follow(done.headers.get('location') ?? '')
  }
}

export async function shown(response: Response): Promise<Shown> {
  const body = await response.text()
  return { status: response.status, headers: response.headers, body, ...parsePage(body) }
}

export interface ExplorerBench {
  readonly server: LocalS3
  readonly bucket: string
  /** Puts entries under a prefix, without a request. */
  put(prefix: string, entries: readonly TestEntry[]): Promise<void>
  /** A cache as another instance has it. */
  cache(prefix: string, options?: Partial<S3CacheOptions>): S3Cache
  /** Who may see and do everything. */
  visitor(prefix: string, options?: Partial<S3CacheOptions>): Visitor
}

/** A server with a bucket, and explorers of what is in it. */
export async function openExplorerBench(): Promise<ExplorerBench> {
  const bucket = 'bucket'
  const server = await startLocalS3({ buckets: [bucket] })
  afterAll(() => server.close())
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local-secret')
  beforeEach(forgetCaches)
  // Patient, because other work may slow the machine down.
  const common = { bucket, endpoint: server.url, log: 'silent', tagRefreshMs: 0, timeoutMs: 20_000 } as const
  const cache: ExplorerBench['cache'] = (prefix, options) => {
    forgetCaches()
    return createS3Cache({ ...common, prefix, ...options })
  }
  return {
    server,
    bucket,
    put: (prefix, entries) => putEntries(server, { bucket, prefix }, entries),
    cache,
    visitor: (prefix, options) => new Visitor(createExplorer({ authorize: () => true, cache: cache(prefix, options) })),
  }
}

/** What links call the entry of the shared scope, or of a deployment. */
export function referenceOf({ kind, key, deployment }: Pick<TestEntry, 'kind' | 'key' | 'deployment'>): string {
  const layout = createLayout('')
  const scope =
    deployment === undefined ? ({ kind: 'shared' } as const) : ({ kind: 'deployment', id: deployment } as const)
  return layout.entry(kind, scope, key).slice(layout.entries('all').length)
}

/** The key that Next gives to a page. */
export const pageKey = (path: string, route = 'APP_PAGE'): string => `/route-cache/${route}/${'0'.repeat(64)}/$${path}`
