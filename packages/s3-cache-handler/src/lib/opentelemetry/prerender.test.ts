import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openS3Endpoint, type S3Endpoint } from '../../../test/s3-endpoint.ts'
import { createCacheHandler, type CacheHandlerOptions } from '../../index.ts'
import { instrument } from '../../opentelemetry.ts'
import { createUseCacheHandler } from '../../use-cache.ts'
import { usedInPrerender, watchPrerenders } from '../next/conformance/prerender-watch.ts'

let s3: S3Endpoint
beforeAll(async () => {
  s3 = await openS3Endpoint('prerender')
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
})
afterAll(() => s3.close())

const exporter = new InMemorySpanExporter()
const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
const tracer = tracerProvider.getTracer('test')

it('reads no clock and makes no id in the context of a prerender, in which Next has patched both', async () => {
  instrument({ tracerProvider, meterProvider: new MeterProvider() })
  const { bucket, endpoint, region, prefix } = s3
  const options: CacheHandlerOptions = { bucket, endpoint, region, prefix, deployment: 'd', log: 'silent' }
  const pages = new (createCacheHandler(options))({})
  const useCache = createUseCacheHandler(options)
  await pages.get('/opened', { kind: 'APP_PAGE' })
  await useCache.get('opened', [])
  const request = trace.setSpan(ROOT_CONTEXT, tracer.startSpan('request'))
  watchPrerenders()
  const use = async (): Promise<void> => {
    const page = { kind: 'APP_PAGE', html: '<p>', headers: {}, status: 200 }
    await pages.get('/p', { kind: 'APP_PAGE' })
    await pages.set('/p', page, { kind: 'APP_PAGE', cacheControl: { revalidate: 60 } })
    await pages.get('/p', { kind: 'APP_PAGE' })
    await useCache.get('k', ['t'])
    await pages.revalidateTag('t')
  }
  expect(await usedInPrerender(() => context.with(request, use))).toEqual([])
  const names = exporter.getFinishedSpans().map(({ name }) => name)
  expect(names.filter((name) => name === 's3_cache.read')).toHaveLength(3)
  expect(names).toContain('S3.GetObject')
  // Which a span that is made there would do.
  const making = usedInPrerender(async () => tracer.startSpan('careless').end())
  expect(await making).toEqual(['Math.random()', 'Date.now()'])
})
