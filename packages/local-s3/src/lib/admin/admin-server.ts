import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { type AcceptedCredentials, parseCredentials } from '../auth/credentials.ts'
import { type Clock, parseClockOffset } from '../clock.ts'
import type { FaultInjector } from '../faults/fault-injector.ts'
import { parseFaultRule } from '../faults/fault.ts'
import { expireObjects } from '../lifecycle/expire-objects.ts'
import { isRecord } from '../is-record.ts'
import { OptionError } from '../option-error.ts'
import { isS3Operation } from '../operation.ts'
import type { RequestFilter, RequestRecorder } from '../request-log.ts'
import { existing, type Store } from '../store/store.ts'
import { importObjects, readImport } from './import-objects.ts'

/** What the admin side shows and steers. */
export interface AdminServices {
  readonly store: Store
  readonly faults: FaultInjector
  readonly log: RequestRecorder
  readonly clock: Clock
  readonly credentials: AcceptedCredentials
}

interface AdminRequest {
  readonly services: AdminServices
  readonly query: URLSearchParams
  /** What stands behind `/faults/`. */
  readonly id: string
  readonly message: IncomingMessage
}

/** A JSON answer; without a body it is 204. */
type AdminReply = readonly [status: number, body?: unknown]
type Route = (request: AdminRequest) => AdminReply | Promise<AdminReply>

const routes: Readonly<Record<string, Route>> = {
  'GET /faults': ({ services }) => [200, services.faults.list()],
  'POST /faults': async ({ services, message }) => [201, services.faults.add(parseFaultRule(await readJson(message)))],
  'DELETE /faults': ({ services }) => {
    services.faults.clear()
    return [204]
  },
  'DELETE /faults/:id': ({ services, id }) => {
    services.faults.remove(id)
    return [204]
  },
  'PUT /clock': async ({ services, message }) => {
    const body = await readJson(message)
    services.clock.setOffset(parseClockOffset(isRecord(body) ? body['clockOffsetMs'] : undefined))
    return [204]
  },
  'PUT /credentials': async ({ services, message }) => {
    services.credentials.accept(parseCredentials(await readJson(message)))
    return [204]
  },
  'POST /import': async ({ services, query, message }) => {
    const bucket = existing(services.store, query.get('bucket') ?? '')
    return [200, { imported: await importObjects(bucket, await readImport(message), services.clock.now()) }]
  },
  'POST /expire': async ({ services, query }) => {
    const bucket = existing(services.store, query.get('bucket') ?? '')
    return [200, { expired: await expireObjects(services.store, bucket, services.clock.now()) }]
  },
  'GET /requests': ({ services, query }) => {
    const filter = requestFilter(query)
    return [200, { count: services.log.count(filter), byOperation: services.log.countByOperation(filter) }]
  },
  'GET /requests/log': ({ services }) => [200, services.log.list()],
  'DELETE /requests': ({ services }) => {
    services.log.clear()
    return [204]
  },
}

/** Creates the admin side, not yet listening: JSON over HTTP, as the README describes. */
export function createAdminServer(services: AdminServices): Server {
  return createServer((message, response) => void answer(services, message, response))
}

async function answer(services: AdminServices, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const [status, body] = await route(services, message).catch((error: unknown): AdminReply => {
    if (error instanceof OptionError) return [400, { error: error.message }]
    console.error('local-s3: internal error of the admin side', error)
    return [500, { error: 'internal error' }]
  })
  response.writeHead(status, body === undefined ? {} : { 'content-type': 'application/json' })
  response.end(body === undefined ? undefined : JSON.stringify(body))
}

async function route(services: AdminServices, message: IncomingMessage): Promise<AdminReply> {
  const { pathname, searchParams: query } = new URL(message.url ?? '/', 'http://admin')
  const [, id] = /^\/faults\/([^/]+)$/.exec(pathname) ?? []
  const name = `${message.method} ${id === undefined ? pathname : '/faults/:id'}`
  const handler = Object.hasOwn(routes, name) ? routes[name] : undefined
  return handler === undefined
    ? [404, { error: `no such route: ${name}` }]
    : handler({ services, query, id: id ?? '', message })
}

function requestFilter(query: URLSearchParams): RequestFilter {
  const operation = query.get('operation')
  const keyPrefix = query.get('prefix')
  const keyPattern = query.get('pattern')
  if (operation !== null && !isS3Operation(operation)) throw new OptionError('operation', 'an S3 operation', operation)
  return {
    ...(operation !== null && { operation }),
    ...(keyPrefix !== null && { keyPrefix }),
    ...(keyPattern !== null && { keyPattern }),
  }
}

async function readJson(message: IncomingMessage): Promise<unknown> {
  const body = await text(message)
  try {
    return JSON.parse(body)
  } catch {
    throw new OptionError('body', 'JSON', body)
  }
}
