import type { Attributes } from '@opentelemetry/api'
import type { S3Operation } from '../object-store/s3-operation.ts'
import type { SentRequest } from '../object-store/sent-request.ts'

/** What the conventions say of requests by HTTP: https://opentelemetry.io/docs/specs/semconv/http/ */
export function httpAttributes({ operation, origin, status, isFailure }: SentRequest): Attributes {
  const { protocol, hostname, port } = new URL(origin)
  return {
    'http.request.method': methodOf(operation),
    'server.address': hostname,
    'server.port': port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
    ...(status !== undefined && { 'http.response.status_code': status }),
    ...(isFailure && { 'error.type': status === undefined ? '_OTHER' : String(status) }),
  }
}

function methodOf(operation: S3Operation): string {
  if (operation === 'DeleteObjects') return 'POST'
  const [verb = ''] = /^[A-Z][a-z]+/.exec(operation) ?? []
  return METHODS[verb] ?? 'GET'
}

const METHODS: Readonly<Record<string, string>> = { Put: 'PUT', Head: 'HEAD', Delete: 'DELETE' }
