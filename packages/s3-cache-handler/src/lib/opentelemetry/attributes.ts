import type { Attributes } from '@opentelemetry/api'
import type { S3Operation } from '../object-store/s3-operation.ts'
import type { SentRequest } from '../object-store/sent-request.ts'

/** What S3 answers where there is no such object, or a condition does not hold: the cache asks for it. */
const EXPECTED = [404, 409, 412]
const TOO_MANY_REQUESTS = 429

/** What the conventions say of requests by HTTP: https://opentelemetry.io/docs/specs/semconv/http/ */
export function httpAttributes({ operation, origin, status }: SentRequest): Attributes {
  const { protocol, hostname, port } = new URL(origin)
  return {
    'http.request.method': methodOf(operation),
    'server.address': hostname,
    'server.port': port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
    ...(status !== undefined && { 'http.response.status_code': status }),
    ...(isFailure(status) && { 'error.type': status === undefined ? '_OTHER' : String(status) }),
  }
}

/** Whether a request has failed, rather than told something. */
export const isFailure = (status: number | undefined): boolean =>
  status === undefined || status === TOO_MANY_REQUESTS || (status >= 400 && !EXPECTED.includes(status))

function methodOf(operation: S3Operation): string {
  if (operation === 'DeleteObjects') return 'POST'
  const [verb = ''] = /^[A-Z][a-z]+/.exec(operation) ?? []
  return METHODS[verb] ?? 'GET'
}

const METHODS: Readonly<Record<string, string>> = { Put: 'PUT', Head: 'HEAD', Delete: 'DELETE' }
