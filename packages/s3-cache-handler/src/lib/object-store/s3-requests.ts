import type { S3Client } from '@aws-sdk/client-s3'
import type { S3Operation } from './s3-operation.ts'
import type { OnRequest, SentRequest } from './sent-request.ts'

/** What is known of a request before it is sent. */
export type RequestSubject = Pick<SentRequest, 'operation' | 'bucket' | 'objectKey' | 'origin'>

/** What the inputs of our commands name. */
interface NamedInput {
  readonly Bucket?: string
  readonly Key?: string
}

/** As the SDK hands a request to whatever speaks HTTP. */
interface OutgoingRequest {
  readonly protocol: string
  readonly hostname: string
  readonly port?: number
}

/** What speaks HTTP for the SDK, as far as it matters here. */
interface HttpHandler {
  handle(
    request: OutgoingRequest,
    options?: { readonly abortSignal?: { readonly aborted: boolean } },
  ): Promise<{ readonly response: { readonly statusCode: number } }>
}

/**
 * Tells of each request of `client` that its HTTP handler is given: further in than every repetition of the SDK's, and
 * behind the signing, in which a call can still be given up or find no credentials.
 */
export function watchRequests({ middlewareStack, config }: S3Client, onRequest: OnRequest): void {
  const subjects = new WeakMap<OutgoingRequest, Omit<RequestSubject, 'origin'>>()
  middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const { Bucket: bucket = '', Key: objectKey } = args.input as NamedInput
        const operation = commandName.replace(/Command$/, '') as S3Operation
        subjects.set(args.request as OutgoingRequest, { operation, bucket, objectKey })
        return await next(args)
      },
    { step: 'deserialize', priority: 'low', name: 'watchRequests' },
  )
  const handler: HttpHandler = config.requestHandler
  const handle = handler.handle.bind(handler)
  handler.handle = async (request, options) => {
    const send = () => handle(request, options)
    const subject = subjects.get(request)
    if (subject === undefined) return await send()
    const sent = { ...subject, origin: originOf(request), isGivenUp: options?.abortSignal?.aborted === true }
    return await watchRequest(sent, onRequest, send, ({ response }) => response.statusCode)
  }
}

/** Sends one request, and tells of it once, however it ends. @param isGivenUp Then nothing is sent. */
export async function watchRequest<T>(
  { isGivenUp, ...subject }: RequestSubject & { readonly isGivenUp: boolean },
  onRequest: OnRequest,
  send: () => Promise<T>,
  statusOf: (answer: T) => number,
): Promise<T> {
  if (isGivenUp) return await send()
  const sentMs = performance.now()
  let status: number | undefined
  try {
    const answer = await send()
    status = statusOf(answer)
    return answer
  } finally {
    onRequest({ ...subject, status, durationMs: performance.now() - sentMs })
  }
}

const originOf = ({ protocol, hostname, port }: OutgoingRequest): string =>
  `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`
