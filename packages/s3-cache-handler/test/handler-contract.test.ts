import type { FaultInjector } from 'local-s3'
import { describeHandler } from 's3-cache-handler/testing'
import { openS3Endpoint } from './s3-endpoint.ts'

/** By its name in `dist`, as an app has it. */
const moduleOf = (entry: string): string => import.meta.resolve(`s3-cache-handler${entry}`)

describeHandler('our handlers', {
  cacheHandler: moduleOf(''),
  useCacheHandler: moduleOf('/use-cache'),
  propagationMs: 500,
  async open() {
    const s3 = await openS3Endpoint('handler-contract')
    const { bucket, endpoint, region, prefix } = s3
    return {
      env: {
        CACHE_S3_BUCKET: bucket,
        CACHE_S3_ENDPOINT_URL: endpoint,
        CACHE_KEY_PREFIX: prefix,
        AWS_REGION: region,
        CACHE_TAG_REFRESH_MS: '200',
        CACHE_TIMEOUT_MS: '2500',
        CACHE_LOG: 'silent',
      },
      ...(s3.s3 !== undefined && { outage: outageOf(s3.s3.faults) }),
      close: () => s3.close(),
    }
  },
})

const outageOf = (faults: FaultInjector) => ({
  async begin() {
    faults.add({ fault: { kind: 'hang' } })
  },
  async end() {
    faults.clear()
  },
})
