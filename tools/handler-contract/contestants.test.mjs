// Runs in the folder that run.mjs prepares, where each handler is installed as its users install it.
import { describeHandler } from 's3-cache-handler/testing'
import { startRedis } from './redis.mjs'

const { startLocalS3 } = await import(process.env.LOCAL_S3)

/** The bound of ours is a second by default; the others promise none. */
const propagationMs = 2000

const redis = (env) => async () => {
  const { port, ...rest } = await startRedis()
  return { env: env(port), ...rest }
}

describeHandler('s3-cache-handler', {
  cacheHandler: import.meta.resolve('s3-cache-handler'),
  useCacheHandler: import.meta.resolve('s3-cache-handler/use-cache'),
  propagationMs,
  async open() {
    const s3 = await startLocalS3({ buckets: ['cache'] })
    return {
      env: {
        CACHE_S3_BUCKET: 'cache',
        CACHE_S3_ENDPOINT_URL: s3.url,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local-secret',
      },
      outage: {
        begin: async () => void s3.faults.add({ fault: { kind: 'hang' } }),
        end: async () => s3.faults.clear(),
      },
      close: () => s3.close(),
    }
  },
})

describeHandler('@trieb.work/nextjs-turbo-redis-cache', {
  cacheHandler: import.meta.resolve('@trieb.work/nextjs-turbo-redis-cache'),
  useCacheHandler: import.meta.resolve('./handlers/turbo-redis-use-cache.cjs'),
  propagationMs,
  open: redis((port) => ({ REDISHOST: '127.0.0.1', REDISPORT: `${port}`, VERCEL_ENV: 'production' })),
})

describeHandler('@fortedigital/nextjs-cache-handler', {
  cacheHandler: import.meta.resolve('./handlers/fortedigital.mjs'),
  propagationMs,
  open: redis((port) => ({ REDIS_URL: `redis://127.0.0.1:${port}` })),
})
