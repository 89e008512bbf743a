import { listOf } from './storable.ts'

/** What the specification has `put` refuse, each with a TypeError: https://w3c.github.io/ServiceWorker/#cache-put */

/** The headers of a request that a response depends on. Throws a TypeError for what cannot be found again by them. */
export function variedBy({ status, headers }: Response): readonly string[] {
  refuse(status < 200, `put needs a response that can be made again, got status ${status}`)
  refuse(status === 206, 'put needs a whole response, got a part (206)')
  const vary = listOf(headers.get('vary')).map((name) => name.toLowerCase())
  refuse(vary.includes('*'), 'put cannot store what varies by everything')
  return vary
}

export function requireUnread({ bodyUsed, body }: Response): void {
  refuse(bodyUsed || body?.locked === true, 'put needs a body that nobody has read')
}

export function requireRequest({ url, method }: Pick<Request, 'url' | 'method'>): void {
  refuse(method !== 'GET', `put needs a GET, got ${method}`)
  refuse(!/^https?:/.test(url), `put needs an http or https URL, got ${url}`)
}

function refuse(isWrong: boolean, message: string): void {
  if (isWrong) throw new TypeError(message)
}
