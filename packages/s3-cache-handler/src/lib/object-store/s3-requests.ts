import type { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { isAccessDenied, isConditionFailure, isNotFound, storeCodeOf } from './s3-errors.ts'
import type { S3Operation } from './s3-operation.ts'
import type { OnRequest, SentRequest } from './sent-request.ts'

/** What is known of a request before it is sent. */
export interface RequestSubject extends Pick<SentRequest, 'operation' | 'bucket' | 'objectKey' | 'origin'> {
  /** Whether "access denied" would mean that there is no such object. */
  readonly canBeAbsent: boolean
}

/** Is told how far a request has come. */
export interface RequestProgress {
  /** It is handed to what speaks HTTP. */
  sending(): void
  /** The head of the answer is there. */
  answered(status: number): void
}

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

const CAN_BE_ABSENT = 'canBeAbsent'

/** For a client whose requests are watched, see {@link RequestSubject}. */
export function expectAbsence({ middlewareStack }: GetObjectCommand): void {
  middlewareStack.add(
    (next, context) => {
      context[CAN_BE_ABSENT] = true
      return next
    },
    { step: 'initialize', name: 'expectAbsence' },
  )
}

/**
 * Tells of each request of `client` that its HTTP handler is given: further in than every repetition of the SDK's, and
 * behind the signing, in which a call can still be given up or find no credentials. Told when its answer is understood,
 * because only the document of a refusal names what it is.
 */
export function watchRequests({ middlewareStack, config }: S3Client, onRequest: OnRequest): void {
  const underWay = new WeakMap<OutgoingRequest, RequestProgress>()
  middlewareStack.add(
    (next, context) => async (args) => {
      const { commandName = '' } = context
      const canBeAbsent = context[CAN_BE_ABSENT] === true
      const { Bucket: bucket = '', Key: objectKey } = args.input as NamedInput
      const request = args.request as OutgoingRequest
      const operation = commandName.replace(/Command$/, '') as S3Operation
      const subject = { operation, bucket, objectKey, origin: originOf(request), canBeAbsent }
      return await watchRequest(subject, onRequest, async (progress) => {
        underWay.set(request, progress)
        return await next(args)
      })
    },
    { step: 'deserialize', priority: 'high', name: 'watchRequests' },
  )
  const handler: HttpHandler = config.requestHandler
  const handle = handler.handle.bind(handler)
  handler.handle = async (request, options) => {
    const progress = underWay.get(request)
    if (options?.abortSignal?.aborted !== true) progress?.sending()
    const answer = await handle(request, options)
    progress?.answered(answer.response.statusCode)
    return answer
  }
}

/** Sends one request, and tells of it once, however it ends; of one that was never handed over nothing. */
export async function watchRequest<T>(
  { canBeAbsent, ...subject }: RequestSubject,
  onRequest: OnRequest,
  send: (progress: RequestProgress) => Promise<T>,
): Promise<T> {
  let sentMs: number | undefined
  let answer: { readonly status: number; readonly atMs: number } | undefined
  let refusal: unknown
  try {
    return await send({
      sending: () => void (sentMs = performance.now()),
      answered: (status) => void (answer = { status, atMs: performance.now() }),
    })
  } catch (error) {
    refusal = error
    throw error
  } finally {
    if (sentMs !== undefined) {
      const { status, atMs = performance.now() } = answer ?? {}
      const tellsSomething =
        isNotFound(refusal) || isConditionFailure(refusal) || (canBeAbsent && isAccessDenied(refusal))
      const isFailure = status === undefined || (status >= 400 && !tellsSomething)
      onRequest({ ...subject, status, storeCode: storeCodeOf(refusal), isFailure, durationMs: atMs - sentMs })
    }
  }
}

const originOf = ({ protocol, hostname, port }: OutgoingRequest): string =>
  `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`
