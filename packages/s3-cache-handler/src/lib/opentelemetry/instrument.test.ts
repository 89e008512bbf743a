import { channel } from 'node:diagnostics_channel'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Attributes,
  context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { type DataPoint, type Histogram, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { EVERY_EVENT } from '../../../test/every-event.ts'
import { localS3, openS3Endpoint, type S3Endpoint } from '../../../test/s3-endpoint.ts'
import { createS3Cache, type S3Cache } from '../../cache.ts'
import { closeCaches, createCacheHandler } from '../../index.ts'
import { EVENT_CHANNEL } from '../cache-events.ts'
import { instrument } from '../../opentelemetry.ts'
import { createUseCacheHandler } from '../../use-cache.ts'
import { hashKey } from '../telemetry/hash-key.ts'
import { METRICS } from '../telemetry/metric-table.ts'

class TestReader extends MetricReader {
  protected override async onShutdown(): Promise<void> {}
  protected override async onForceFlush(): Promise<void> {}
}

let s3: S3Endpoint
let exporter: InMemorySpanExporter
let reader: TestReader
let tracer: Tracer
let lastPrefix = 0

beforeAll(async () => {
  s3 = await openS3Endpoint('instrument')
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
})
afterAll(() => s3.close())

beforeEach(() => {
  exporter = new InMemorySpanExporter()
  reader = new TestReader()
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  tracer = tracerProvider.getTracer('test')
  const end = instrument({ tracerProvider, meterProvider: new MeterProvider({ readers: [reader] }) })
  onTestFinished(() => {
    end()
  })
})

function place() {
  const { bucket, endpoint, region } = s3
  return { bucket, endpoint, region, prefix: `${s3.prefix}${++lastPrefix}/`, log: 'silent' } as const
}

const open = (): S3Cache => createS3Cache({ ...place(), memoryCheckMs: 0 })

/** Runs `work` as a request that is traced, and resolves with what was traced in it. */
async function traced(work: () => Promise<unknown>): Promise<{ readonly spans: ReadableSpan[]; readonly id: string }> {
  const span = tracer.startSpan('request')
  await context.with(trace.setSpan(ROOT_CONTEXT, span), work)
  span.end()
  const { traceId, spanId } = span.spanContext()
  const spans = exporter
    .getFinishedSpans()
    .filter((each) => each.spanContext().traceId === traceId && each.name !== 'request')
  return { spans, id: spanId }
}

const sumOf = (value: unknown): number =>
  typeof value === 'number' ? value : ((value as Histogram | undefined)?.count ?? 0)

async function pointsOf(name: string): Promise<DataPoint<unknown>[]> {
  const { resourceMetrics } = await reader.collect()
  const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics)
  return metrics.find(({ descriptor }) => descriptor.name === name)?.dataPoints ?? []
}

describe('a traced request', () => {
  it('has a span for each read, and one for each request to S3 that it caused', async () => {
    const cache = open()
    const { spans, id } = await traced(async () => {
      await cache.set('secret', 'v')
      await cache.get('secret')
    })
    const outlines = spans.map(({ name, kind, parentSpanContext }) => [name, kind, parentSpanContext?.spanId])
    expect(outlines).toContainEqual(['S3.PutObject', SpanKind.CLIENT, id])
    expect(outlines).toContainEqual(['S3.GetObject', SpanKind.CLIENT, id])
    expect(outlines).toContainEqual(['s3_cache.read', SpanKind.INTERNAL, id])
    const read = spans.find(({ name }) => name === 's3_cache.read')
    expect(read?.attributes).toMatchObject({
      's3_cache.kind': 'data',
      's3_cache.outcome': 'hit',
      's3_cache.key.hash': hashKey('secret'),
    })
    const { hostname, port } = new URL(s3.endpoint)
    expect(spans.find(({ name }) => name === 'S3.PutObject')?.attributes).toMatchObject({
      'rpc.system': 'aws-api',
      'rpc.service': 'S3',
      'rpc.method': 'PutObject',
      'aws.s3.bucket': s3.bucket,
      'http.request.method': 'PUT',
      'http.response.status_code': 200,
      'server.address': hostname,
      'server.port': Number(port),
    })
    expect(JSON.stringify(spans.map(({ attributes }) => attributes))).not.toContain('secret')
  })

  it('lasts as long as what is in it', async () => {
    const cache = open()
    const { spans } = await traced(() => cache.get('none'))
    const read = spans.find(({ name }) => name === 's3_cache.read')
    const request = spans.find(({ name }) => name === 'S3.GetObject')
    const ms = ([seconds, nanos]: readonly [number, number] = [0, 0]): number => seconds * 1000 + nanos / 1e6
    expect(ms(read?.duration)).toBeGreaterThanOrEqual(ms(request?.duration))
    expect(Math.abs(ms(request?.startTime) - Date.now())).toBeLessThan(60_000)
  })

  it('is told of a request that failed, and not of an object that is not there as a failure', async (testContext) => {
    const { faults } = localS3(testContext, s3, 'faults')
    const cache = open()
    const { spans: calm } = await traced(() => cache.get('none'))
    const notFound = calm.find(({ attributes }) => attributes['http.response.status_code'] === 404)
    expect([notFound?.status.code, notFound?.attributes['error.type']]).toEqual([SpanStatusCode.UNSET, undefined])
    const fault = faults.add({ fault: { kind: 'status', status: 503 }, operation: 'GetObject', keyPattern: 'entries' })
    const { spans } = await traced(() => cache.get('none'))
    faults.remove(fault.id)
    const refused = spans.filter(({ attributes }) => attributes['http.response.status_code'] === 503)
    expect(refused).toHaveLength(fault.fired)
    for (const { status, attributes } of refused) {
      expect([status.code, attributes['error.type']]).toEqual([SpanStatusCode.ERROR, '503'])
    }
  })

  it('is told of a bucket that is not there as a failure, by its code', async () => {
    const cache = createS3Cache({ ...place(), bucket: 'no-such-bucket' })
    const { spans } = await traced(() => cache.get('k'))
    const [request] = spans.filter(({ name }) => name === 'S3.GetObject')
    expect(request?.status.code).toBe(SpanStatusCode.ERROR)
    expect(request?.attributes).toMatchObject({ 'error.type': '404', 's3_cache.store_code': 'NoSuchBucket' })
    const failed = (await pointsOf('http.client.request.duration')).filter(
      ({ attributes }) => attributes['error.type'] === '404',
    )
    expect(failed.length).toBeGreaterThan(0)
  })

  it('has none of the requests that are for all: those of the tag log', async () => {
    const cache = open()
    const { spans } = await traced(async () => {
      await cache.get('a')
      await cache.revalidateTag('t')
    })
    const methods = spans
      .filter(({ kind }) => kind === SpanKind.CLIENT)
      .map(({ attributes }) => attributes['rpc.method'])
    expect(methods).toEqual(['GetObject'])
  })

  it("has those of Next's handlers too, and of what they write behind the response", async () => {
    const options = { ...place(), deployment: 'd' }
    const handler = new (createCacheHandler(options))({})
    const useCache = createUseCacheHandler(options)
    const page = { kind: 'APP_PAGE', html: '<p>', headers: {}, status: 200 }
    const { spans, id } = await traced(async () => {
      await handler.get('/', { kind: 'APP_PAGE' })
      await useCache.get('k', [])
      await handler.set('/', page, { kind: 'APP_PAGE', cacheControl: { revalidate: 60 } })
    })
    await closeCaches()
    const reads = spans.filter(({ name }) => name === 's3_cache.read')
    expect(reads.map(({ attributes }) => attributes['s3_cache.kind'])).toEqual(['page', 'use-cache'])
    const written = exporter.getFinishedSpans().find(({ name }) => name === 'S3.PutObject')
    for (const { parentSpanContext } of [...reads, written ?? {}]) expect(parentSpanContext?.spanId).toBe(id)
    expect(spans.filter(({ name }) => name === 'S3.GetObject')).toHaveLength(2)
  })

  it('has those of its turn to render, to the end of the lease, and none of what finds out whether there are leases', async () => {
    const Handler = createCacheHandler({ ...place(), deployment: 'd' })
    const page = { kind: 'APP_PAGE', html: '<p>', headers: {}, status: 200 }
    const asPage = { kind: 'APP_PAGE', cacheControl: { revalidate: 0.01, expire: 3600 } } as const
    await new Handler({}).set('/', page, asPage)
    await closeCaches()
    await sleep(50)
    const { id } = await traced(async () => {
      const handler = new Handler({})
      await handler.get('/', { kind: 'APP_PAGE' })
      await handler.set('/', page, asPage)
    })
    const requests = (): string[] =>
      exporter
        .getFinishedSpans()
        .filter(({ kind, parentSpanContext }) => kind === SpanKind.CLIENT && parentSpanContext?.spanId === id)
        .map(({ name }) => name)
    await vi.waitFor(() => expect(requests()).toContain('S3.DeleteObject'))
    const turn = ['S3.PutObject', 'S3.GetObject', 'S3.PutObject', 'S3.DeleteObject']
    expect(requests()).toEqual(['S3.GetObject', ...turn])
  })

  it('has events for what was stored and invalidated', async () => {
    const cache = open()
    await traced(async () => {
      await cache.remember('k', () => 'v')
      await cache.revalidateTag(['a', 'b'])
      await cache.close()
    })
    const request = exporter.getFinishedSpans().find(({ name }) => name === 'request')
    const attributes = new Map(request?.events.map((event) => [event.name, event.attributes]))
    expect(attributes.get('s3_cache.set')).toEqual({ 's3_cache.kind': 'data', 's3_cache.key.hash': hashKey('k') })
    expect(attributes.get('s3_cache.invalidated')).toEqual({ 's3_cache.tags': 2 })
  })

  it('tells the requests of others apart, though their writes wait in one queue', async () => {
    const cache = open()
    const write = (key: string) => traced(() => cache.set(key, key))
    const all = await Promise.all(Array.from({ length: 40 }, (_, index) => write(`k${index}`)))
    for (const { spans, id } of all) {
      const puts = spans.filter(({ name }) => name === 'S3.PutObject')
      expect(puts.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual([id])
    }
  })
})

it('traces nothing where nobody is traced', async () => {
  const cache = open()
  await cache.set('k', 'v')
  await cache.get('k')
  expect(exporter.getFinishedSpans()).toEqual([])
})

it('breaks no call where what it tells fails', async () => {
  const error = vi.spyOn(console, 'error').mockReturnValue()
  onTestFinished(() => error.mockRestore())
  const broken: SpanProcessor = {
    onStart: () => {
      throw new Error('broken exporter')
    },
    onEnd: () => {},
    forceFlush: async () => {},
    shutdown: async () => {},
  }
  const own = new BasicTracerProvider({ spanProcessors: [broken] })
  onTestFinished(instrument({ tracerProvider: own, meterProvider: new MeterProvider() }))
  const cache = open()
  await traced(() => cache.set('k', 'v'))
  // Node would throw it in the next turn, where it would fail this test.
  await new Promise((resolve) => setImmediate(resolve))
  expect(error.mock.calls).toEqual([[expect.stringContaining('broken exporter')]])
})

describe('the metrics', () => {
  it('are all those of the table, and that of HTTP clients', async () => {
    await open().set('k', 'v')
    for (const [event] of EVERY_EVENT) channel(EVENT_CHANNEL).publish(event)
    const { resourceMetrics } = await reader.collect()
    const measured = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics)
    expect(measured.map(({ descriptor }) => descriptor.name).toSorted()).toEqual(
      [...METRICS.map(({ name }) => name), 'http.client.request.duration'].toSorted(),
    )
    for (const [event, ...expected] of EVERY_EVENT) {
      for (const [name = ''] of expected.map((line) => line.split(' '))) {
        const points = measured.find(({ descriptor }) => descriptor.name === name)?.dataPoints ?? []
        expect(
          points.some(({ value }) => sumOf(value) > 0),
          `${name} of ${event.name}`,
        ).toBe(true)
        expect(JSON.stringify(points)).not.toContain('secret-key')
      }
    }
  })

  it('begin with 0 where the first increase is worth an alarm', async () => {
    const failures = await pointsOf('s3_cache.tag_log.refresh.failures')
    expect(failures.map(({ value, attributes }) => [value, attributes])).toEqual([
      [0, { denied: 'true' }],
      [0, { denied: 'false' }],
    ])
  })

  it('are as many requests as S3 has counted, also of those that it refused', async (testContext) => {
    const { requests, faults } = localS3(testContext, s3, 'faults')
    requests.clear()
    // One attempt less than there are.
    const fault = faults.add({ fault: { kind: 'status', status: 500 }, operation: 'PutObject', times: 2 })
    const cache = open()
    await cache.set('k', 'v')
    await cache.get('k')
    await cache.close()
    faults.remove(fault.id)
    expect(fault.fired).toBe(2)
    const counted = async (attributes: Attributes): Promise<number> => {
      const points = (await pointsOf('http.client.request.duration')) as DataPoint<Histogram>[]
      const wanted = Object.entries(attributes)
      const matching = points.filter((point) => wanted.every(([name, value]) => point.attributes[name] === value))
      return matching.reduce((sum, { value }) => sum + value.count, 0)
    }
    await vi.waitFor(async () => expect(await counted({})).toBe(requests.count()))
    const { hostname, port } = new URL(s3.endpoint)
    const server = { 'server.address': hostname, 'server.port': Number(port) }
    expect(await counted({ ...server, 'http.response.status_code': 500, 'error.type': '500' })).toBe(2)
    expect(await counted({ ...server, 'http.request.method': 'PUT', 'http.response.status_code': 200 })).toBe(1)
    expect(await pointsOf('s3_cache.hits')).toMatchObject([
      { value: 1, attributes: { kind: 'data', tier: expect.any(String), freshness: 'fresh' } },
    ])
  })

  it('are missed in one line where nobody has registered what takes them', () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    onTestFinished(() => warn.mockRestore())
    instrument()()
    instrument()()
    instrument({ meterProvider: new MeterProvider() })()
    expect(warn.mock.calls).toEqual([[expect.stringContaining('has found no provider of metrics')]])
  })

  it('tell what each cache holds, by place', async () => {
    const cache = open()
    await cache.set('k', 'v')
    const prefix = `${s3.prefix}${lastPrefix}/`
    const own = (await pointsOf('s3_cache.memory.entries')).filter(({ attributes }) => attributes['prefix'] === prefix)
    expect(own).toMatchObject([{ value: 1, attributes: { bucket: s3.bucket } }])
  })

  it('are told once, however often it is started, and no more when it has ended', async () => {
    const own = new TestReader()
    const end = instrument({ meterProvider: new MeterProvider({ readers: [own] }) })
    const cache = open()
    await cache.get('k')
    expect(await pointsOf('s3_cache.misses')).toEqual([])
    end()
    await cache.get('k')
    const { resourceMetrics } = await own.collect()
    const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics)
    expect(metrics.find(({ descriptor }) => descriptor.name === 's3_cache.misses')?.dataPoints).toMatchObject([
      { value: 1 },
    ])
    expect(metrics.map(({ descriptor }) => descriptor.name)).not.toContain('s3_cache.memory.entries')
  })
})
