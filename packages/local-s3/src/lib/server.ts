import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { authenticate } from './auth/authenticate.ts'
import { authorizeRequest, createAuthorize, isAnonymous, type Requester } from './auth/authorize.ts'
import type { Credentials, CredentialSource } from './auth/credentials.ts'
import { readBody, type RequestBody } from './body/read-body.ts'
import type { Clock } from './clock.ts'
import type { Fault } from './faults/fault.ts'
import type { FaultSource } from './faults/fault-injector.ts'
import { spoilReply } from './faults/spoil-reply.ts'
import { S3Error } from './http/errors.ts'
import { errorReply, replyBody, sendCutReply, sendDrippingReply, sendReply, type Reply } from './http/reply.ts'
import { parseRequest, type S3Request } from './http/request.ts'
import { handlers } from './operations/handlers.ts'
import type { RequestRecorder } from './request-log.ts'
import type { Store } from './store/store.ts'

/** What the S3 side works with. */
export interface Services {
  readonly store: Store
  readonly credentials: CredentialSource
  readonly faults: FaultSource
  readonly log: RequestRecorder
  readonly clock: Clock
}

const HTTP_OPTIONS: ServerOptions = {
  /** So long, in ms, that a client hardly reuses a connection in the very moment that the server closes it. */
  keepAliveTimeout: 65_000,
  /** Room for metadata over the limit, which S3 refuses with an error of its own, beside a long presigned URL. */
  maxHeaderSize: 64 * 1024,
  /** A fault that hangs must hang for ever; Node would answer 408 after five minutes. */
  requestTimeout: 0,
}
const FAULT_ERRORS = { 403: 'AccessDenied', 500: 'InternalError', 503: 'SlowDown' } as const

/** Creates the S3 side, not yet listening. */
export function createS3Server(services: Services): Server {
  const listener = (message: IncomingMessage, response: ServerResponse): void => {
    answer(services, message, response).catch((error: unknown) => {
      console.error('local-s3: cannot answer', error)
      response.destroy()
    })
  }
  const server = createServer(HTTP_OPTIONS, listener)
  // Without a listener Node would say "100 Continue" before a fault could refuse the request.
  return server.on('checkContinue', listener)
}

async function answer(services: Services, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const requestId = randomBytes(8).toString('hex').toUpperCase()
  response.setHeader('x-amz-request-id', requestId)
  const request = parse(message)
  const [operation, key] =
    request instanceof S3Error ? (['Unknown', ''] as const) : [request.operation, logKey(request)]
  const finish = services.log.begin(operation, key)
  const met = services.faults.take(operation, key)
  const fault = met?.fault
  if (fault?.kind === 'hang') return
  if (fault?.kind === 'refuse') {
    response.destroy()
    return
  }
  if (message.headers.expect !== undefined) response.writeContinue()
  let reply: Reply
  try {
    if (fault !== undefined) await applyFault(fault)
    if (request instanceof S3Error) throw request
    reply = await perform(services, request, fault)
  } catch (error) {
    reply = errorReply(error, message.url ?? '', requestId)
  }
  if (met !== undefined) reply = spoilReply(reply, met)
  const body = replyBody(reply)
  const { status, rangeOfKeys } = reply
  finish({ status, bytes: body.length + receivedBytes(message), ...(rangeOfKeys && { rangeOfKeys }) })
  response.setHeader('date', new Date(services.clock.now()).toUTCString())
  if (fault?.kind === 'reset') sendCutReply(response, reply, body)
  else if (fault?.kind === 'drip') await sendDrippingReply(response, reply, fault.ms, body)
  else sendReply(response, reply, body)
}

function parse(message: IncomingMessage): S3Request | S3Error {
  try {
    return parseRequest(message)
  } catch (error) {
    return error instanceof S3Error ? error : new S3Error('InvalidURI')
  }
}

/** A listing is logged under its prefix. */
function logKey({ operation, target }: S3Request): string {
  return operation === 'ListObjectsV2' ? (target.query.get('prefix') ?? '') : target.key
}

async function applyFault(fault: Fault): Promise<void> {
  if (fault.kind === 'latency') await sleep(fault.ms, undefined, { ref: false })
  if (fault.kind === 'status') throw new S3Error('code' in fault ? fault.code : FAULT_ERRORS[fault.status])
}

async function perform({ store, credentials, clock }: Services, request: S3Request, fault?: Fault): Promise<Reply> {
  const authentication = isAnonymous(request) ? undefined : authenticate(request, credentials, clock.now())
  const authorize = createAuthorize(store, requesterOf(authentication?.credentials))
  await authorizeRequest(authorize, request)
  const handler = handlers[request.operation]
  if (handler === undefined) throw new S3Error('NotImplemented', `${request.operation} is not implemented.`)
  const read = (): Promise<RequestBody> => readBody(request, authentication)
  const context = { request, store, authorize, clock, readBody: read }
  if (fault?.kind !== 'late') return handler(context)
  const body = read()
  // What is wrong with the body is the operation's to find, if it reads it.
  await Promise.allSettled([body, sleep(fault.ms, undefined, { ref: false })])
  return handler({ ...context, readBody: () => body })
}

function requesterOf(credentials: Credentials | undefined): Requester {
  if (credentials === undefined) return { kind: 'anonymous' }
  const { policy, accessKeyId } = credentials
  return policy === undefined ? { kind: 'owner' } : { kind: 'user', name: accessKeyId, policy }
}

function receivedBytes(message: IncomingMessage): number {
  return Number(message.headers['x-amz-decoded-content-length'] ?? message.headers['content-length'] ?? 0)
}
