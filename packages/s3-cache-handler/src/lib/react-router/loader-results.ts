import { parseCacheControl } from '../http/cache-control.ts'

/** What `data(value, init)` of React Router and of Remix gives: known there by its shape, and so it can be given here. */
export interface DataWithInit {
  readonly type: 'DataWithResponseInit'
  readonly data: unknown
  readonly init: ResponseInit | null
}

export const isDataWithInit = (value: unknown): value is DataWithInit =>
  isObject(value) && value['type'] === 'DataWithResponseInit' && 'data' in value && 'init' in value

/** With what an entry can hold in place of `Headers`. */
export function storableData({ type, data, init }: DataWithInit): DataWithInit {
  if (init === null) return { type, data, init }
  const { headers, status, statusText } = init
  const pairs = headers === undefined ? undefined : [...new Headers(headers)].map(([name, value]) => [name, value])
  return {
    type,
    data,
    init: {
      ...(status !== undefined && { status }),
      ...(statusText !== undefined && { statusText }),
      ...(pairs !== undefined && { headers: pairs as [string, string][] }),
    },
  }
}

/** What `defer` of Remix 2 gives without single fetch: it streams by itself, and cannot be given a second time. */
export const isDeferredData = (value: unknown): boolean =>
  isObject(value) &&
  isObject(value['data']) &&
  ['subscribe', 'cancel', 'resolveData'].every((method) => typeof value[method] === 'function')

/** Whether a result may be given to others than the one who asked. */
export function isShareable(value: unknown): boolean {
  if (value instanceof Response) return isPlain(value.status, value.headers)
  if (isDataWithInit(value)) return isPlain(value.init?.status ?? 200, new Headers(value.init?.headers))
  return !isDeferredData(value)
}

function isPlain(status: number, headers: Headers): boolean {
  const { isPrivate, noStore } = parseCacheControl(headers.get('cache-control'))
  return status === 200 && !headers.has('set-cookie') && !isPrivate && !noStore
}

/** Whether what was thrown is an answer, and no failure: a redirect, or "not found". */
export function isAnswer(thrown: unknown): boolean {
  if (thrown instanceof Response) return thrown.status < 500
  return isDataWithInit(thrown) && (thrown.init?.status ?? 200) < 500
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
