type Answer = (request: Request, count: number) => Response | Promise<Response>

/** A server that counts what it is asked. */
export interface CountingServer {
  readonly handle: (request: Request) => Promise<Response>
  /** What it was asked, oldest first. */
  readonly requests: Request[]
  /** What it answers from now on. */
  answer(how: Answer): void
}

const PUBLIC = { 'cache-control': 'public, s-maxage=60', 'content-type': 'text/plain' }

/** By default its answers may be kept for a minute, and say which one they are. */
export function countingServer(): CountingServer {
  const requests: Request[] = []
  let answer: Answer = byPathAndCount
  return {
    handle: async (request) => await answer(request, requests.push(request)),
    requests,
    answer: (how) => void (answer = how),
  }
}

const byPathAndCount: Answer = ({ url }, count) => cacheable(`${new URL(url).pathname} ${count}`)

/** A response that may be kept for a minute, unless its headers say otherwise. */
export const cacheable = (
  body: ConstructorParameters<typeof Response>[0],
  headers: Record<string, string> = {},
): Response => new Response(body, { headers: { ...PUBLIC, ...headers } })

export const get = (path: string, headers: Record<string, string> = {}): Request =>
  new Request(new URL(path, 'http://shop.test'), { headers })

/** The parameters of this cache's member of `Cache-Status`. */
export const statusOf = (response: Response): string[] =>
  (response.headers.get('cache-status') ?? '').split('; ').slice(1)

export const text = async (response: Response | Promise<Response>): Promise<string> => await (await response).text()

/** A body that waits for each of its parts. */
export const bodyOf = (parts: readonly (string | Promise<string>)[]): ReadableStream<Uint8Array> => {
  const left = [...parts]
  return new ReadableStream({
    async pull(controller) {
      const part = left.shift()
      if (part === undefined) controller.close()
      else controller.enqueue(new TextEncoder().encode(await part))
    },
  })
}

export interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (error: Error) => void
}

export function deferred<T = void>(): Deferred<T> {
  let [resolve, reject]: [(value: T) => void, (error: Error) => void] = [() => {}, () => {}]
  const promise = new Promise<T>((done, failed) => ([resolve, reject] = [done, failed]))
  return { promise, resolve, reject }
}
