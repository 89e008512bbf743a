import {
  type Attributes,
  type Context,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api'
import type { CacheEvent } from '../cache-events.ts'
import { hashKey } from '../telemetry/hash-key.ts'
import { httpAttributes } from './attributes.ts'

type EventNamed<Name extends CacheEvent['name']> = Extract<CacheEvent, { readonly name: Name }>

/**
 * Tells the trace of whoever caused it what happened. Where nobody is traced there is none: a cache works in the
 * background too, and each look at the tag log would be a trace of its own.
 */
export class Spans {
  readonly #tracer: Tracer

  constructor(tracer: Tracer) {
    this.#tracer = tracer
  }

  /**
   * @param active What was active where the event was published: for reads and sets that of the request.
   * @param cause What was active where the call was made that a request to the store is part of.
   */
  record(event: CacheEvent, active: Context, cause: Context | undefined): void {
    switch (event.name) {
      case 'hit':
      case 'miss':
        if (isTraced(active)) this.#read(event, active)
        return
      case 'request':
        if (cause !== undefined && isTraced(cause)) this.#request(event, cause)
        return
      case 'set':
      case 'deduplicated':
        if (isTraced(active)) this.#add(event, active, { 's3_cache.kind': event.kind, ...keyOf(event) })
        return
      case 'invalidated':
        if (isTraced(active)) this.#add(event, active, { 's3_cache.tags': event.tags.length })
        return
      default:
    }
  }

  #read(event: EventNamed<'hit' | 'miss'>, parent: Context): void {
    const { name: outcome, kind, durationMs } = event
    const found =
      event.name === 'hit'
        ? { 's3_cache.tier': event.tier, 's3_cache.freshness': event.freshness }
        : { 's3_cache.reason': event.reason }
    const attributes = { 's3_cache.kind': kind, 's3_cache.outcome': outcome, ...found, ...keyOf(event) }
    const endTime = Date.now()
    const startTime = endTime - durationMs
    this.#tracer.startSpan('s3_cache.read', { kind: SpanKind.INTERNAL, attributes, startTime }, parent).end(endTime)
  }

  /** https://opentelemetry.io/docs/specs/semconv/object-stores/s3/, but for the key, which is hashed. */
  #request(event: EventNamed<'request'>, parent: Context): void {
    const { operation, bucket, objectKey, storeCode, isFailure, durationMs } = event
    const attributes: Attributes = {
      'rpc.system': 'aws-api',
      'rpc.service': 'S3',
      'rpc.method': operation,
      'aws.s3.bucket': bucket,
      ...(objectKey !== undefined && { 's3_cache.object_key.hash': hashKey(objectKey) }),
      ...(storeCode !== undefined && { 's3_cache.store_code': storeCode }),
      ...httpAttributes(event),
    }
    const endTime = Date.now()
    const options = { kind: SpanKind.CLIENT, attributes, startTime: endTime - durationMs }
    const span = this.#tracer.startSpan(`S3.${operation}`, options, parent)
    if (isFailure) span.setStatus({ code: SpanStatusCode.ERROR })
    span.end(endTime)
  }

  #add({ name }: CacheEvent, active: Context, attributes: Attributes): void {
    trace.getSpan(active)?.addEvent(`s3_cache.${name}`, attributes, Date.now())
  }
}

const keyOf = ({ key }: { readonly key: string }): Attributes => ({ 's3_cache.key.hash': hashKey(key) })

/** A span that has ended still is the parent of what it caused. */
function isTraced(context: Context): boolean {
  const parent: SpanContext | undefined = trace.getSpanContext(context)
  return parent !== undefined && (parent.traceFlags & TraceFlags.SAMPLED) !== 0
}
