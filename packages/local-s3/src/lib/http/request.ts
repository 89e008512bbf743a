import { validateHeaderName, validateHeaderValue, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { detectOperation, type S3Operation } from '../operation.ts'
import { S3Error } from './errors.ts'
import { parseTarget, type Target } from './target.ts'

/** One request to the S3 side, parsed but not yet authenticated. */
export interface S3Request {
  readonly method: string
  readonly target: Target
  readonly operation: S3Operation
  /** The headers, joined by those parameters of a presigned URL that stand for headers. */
  readonly headers: IncomingHttpHeaders
  /** The HTTP message: its headers as sent, and its body. */
  readonly message: IncomingMessage
}

/** Parses the head of a request; throws `S3Error` when its URL is not valid. */
export function parseRequest(message: IncomingMessage): S3Request {
  const method = message.method ?? ''
  const target = parseTarget(message.url ?? '')
  const headers = withHoistedHeaders(message.headers, target.query)
  return { method, target, operation: detectOperation(method, target, headers), headers, message }
}

/** A single-valued header, or `undefined`. */
export function header(request: S3Request, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(',') : value
}

/**
 * Presigning moves `x-amz-*` headers into the query. Checksums stay behind: the SDK signs its URLs with the checksum
 * of an empty body, for it cannot know the real one.
 */
function withHoistedHeaders(headers: IncomingHttpHeaders, query: Target['query']): IncomingHttpHeaders {
  if (!query.has('X-Amz-Signature')) return headers
  const hoisted: IncomingHttpHeaders = {}
  for (const [name, value] of query) {
    if (name.startsWith('x-amz-') && !/^x-amz-checksum-(?!mode$)/.test(name)) hoisted[name] = headerValue(name, value)
  }
  return { ...hoisted, ...headers }
}

/** A parameter can hold what a header cannot, such as a line end; it will be a header of the answer. */
export function headerValue(name: string, value: string): string {
  try {
    validateHeaderName(name)
    validateHeaderValue(name, value)
    return value
  } catch {
    throw new S3Error('InvalidArgument', `The parameter ${name} cannot be a header.`)
  }
}
