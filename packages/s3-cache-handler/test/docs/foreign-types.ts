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
declare module '@epic-web/remember' {
  export function remember<Value>(name: string, make: () => Value): Value
}
`
