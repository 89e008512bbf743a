/** Packages that readers of the guides install besides, and this repository does not: what the guides use of their types. */
export const FOREIGN_TYPES = `declare module '@vercel/otel' {
  import type { MetricReader } from '@opentelemetry/sdk-metrics'
  export function registerOTel(options: {
    readonly serviceName: string
    readonly attributes?: Readonly<Record<string, string>>
    readonly metricReaders?: MetricReader[]
    readonly instrumentationConfig?: { readonly fetch?: { readonly ignoreUrls?: (string | RegExp)[] } }
  }): void
}
declare module '@opentelemetry/exporter-metrics-otlp-proto' {
  import type { PushMetricExporter } from '@opentelemetry/sdk-metrics'
  export const OTLPMetricExporter: new () => PushMetricExporter
}
declare module '@opentelemetry/auto-instrumentations-node' {
  import type { RequestOptions } from 'node:http'
  export function getNodeAutoInstrumentations(options: {
    readonly '@opentelemetry/instrumentation-aws-sdk'?: { readonly enabled?: boolean }
    readonly '@opentelemetry/instrumentation-http'?: {
      readonly ignoreOutgoingRequestHook?: (request: RequestOptions) => boolean
    }
    readonly '@opentelemetry/instrumentation-undici'?: {
      readonly ignoreRequestHook?: (request: { readonly origin: string }) => boolean
    }
  }): readonly object[]
}
declare module 'react-router' {
  export function createRequestHandler(build: { readonly assets: { readonly version: string } }): Handler
  type Handler = (request: Request) => Promise<Response>
}
declare module 'virtual:react-router/server-build' {
  export const assets: { readonly version: string }
}
declare module '@react-router/dev/config' {
  export interface Config {
    readonly future?: { readonly v8_middleware?: boolean; readonly v8_passThroughRequests?: boolean }
  }
}
declare module '@remix-run/node' {
  export function createRequestHandler(
    build: { readonly assets: { readonly version: string } },
    mode: 'production' | 'development',
  ): (request: Request) => Promise<Response>
}
declare module '@remix-run/node-fetch-server' {
  import type { RequestListener } from 'node:http'
  export function createRequestListener(handler: (request: Request) => Promise<Response>): RequestListener
}
declare module 'hono' {
  export interface Context {
    json(value: unknown, status: number, headers: Readonly<Record<string, string>>): Response
  }
  export class Hono {
    get(path: string, handler: (context: Context) => Response): this
    readonly fetch: (request: Request) => Promise<Response>
  }
}
declare module '@shopify/hydrogen' {
  export function createWithCache(options: {
    readonly cache: Cache
    readonly waitUntil: (promise: Promise<unknown>) => void
    readonly request: Request
  }): unknown
}
declare module '@epic-web/remember' {
  export function remember<Value>(name: string, make: () => Value): Value
}
`
