/** One answer of an instance, with what the fixture pages say about their render. */
export interface Visit {
  readonly status: number
  /** `x-nextjs-cache`. */
  readonly cache: string | null
  readonly headers: Headers
  readonly body: Buffer
  /** The nonce of the render that made this page. */
  readonly render: string | undefined
  /** What the origin's counter said to that render. */
  readonly hits: number | undefined
  /** What it said of the tagged data that the page was made from. */
  readonly data: number | undefined
  /** Which build made it, where the page says so. */
  readonly build: string | undefined
  readonly milliseconds: number
}

export async function visit(url: string, init: RequestInit = {}): Promise<Visit> {
  const startedAt = performance.now()
  const response = await fetch(url, { redirect: 'manual', ...init })
  const body = Buffer.from(await response.arrayBuffer())
  const html = body.toString()
  const hits = /hits (\d+)/.exec(html)?.[1] ?? response.headers.get('x-hits')
  return {
    status: response.status,
    cache: response.headers.get('x-nextjs-cache'),
    headers: response.headers,
    body,
    render: /render ([\w-]{36})/.exec(html)?.[1],
    hits: numberOf(hits ?? undefined),
    data: numberOf(/, data (\d+)/.exec(html)?.[1]),
    build: /build ([\w-]+),/.exec(html)?.[1],
    milliseconds: performance.now() - startedAt,
  }
}

const numberOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text))
