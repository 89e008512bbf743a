import { join } from 'node:path'
import { startRedis } from '../../tools/handler-contract/redis.mjs'
import { startLocalS3Process } from './local-s3-process.mjs'
import { hasFortedigital } from './pages-project.mjs'

/**
 * A way for Next to keep its pages.
 * @typedef {{
 *   name: string,
 *   handler?: string,
 *   backend?: 's3' | 'redis',
 *   env?: (url: string) => Record<string, string>,
 * }} Contestant
 */

export const BUILT_IN = "Next's built-in"
export const MAP = 'a Map'
export const CONSTANT = 'one constant object'
export const OURS = 's3-cache-handler'

const redisAt = (/** @type {string} */ port) => ({ REDISHOST: '127.0.0.1', REDISPORT: port, VERCEL_ENV: 'production' })

/** @type {Contestant[]} */
export const CONTESTANTS = [
  { name: BUILT_IN },
  { name: MAP, handler: 'map.mjs' },
  { name: CONSTANT, handler: 'constant.mjs' },
  { name: OURS, handler: 'ours.mjs', backend: 's3' },
  { name: '@trieb.work, memory on', handler: 'turbo-redis.mjs', backend: 'redis', env: redisAt },
  { name: '@trieb.work, memory off', handler: 'turbo-redis-without-memory.mjs', backend: 'redis', env: redisAt },
  ...(hasFortedigital
    ? [
        {
          name: '@fortedigital',
          handler: 'fortedigital.mjs',
          backend: /** @type {const} */ ('redis'),
          env: (/** @type {string} */ port) => ({ REDIS_URL: `redis://127.0.0.1:${port}` }),
        },
      ]
    : []),
]

/** The names of those that keep their pages in Redis: each setting of each peer. */
export const REDIS = CONTESTANTS.filter(({ backend }) => backend === 'redis').map(({ name }) => name)

/**
 * What a contestant keeps its pages in, in a process of its own, and what its server needs to reach it.
 * @param {Contestant} contestant
 * @param {string} dir Of the project.
 */
export async function openBackend({ handler, backend, env }, dir) {
  const build = handler === undefined ? 'built-in' : 'custom'
  const common = { BENCH_BUILD: build, ...(handler && { BENCH_HANDLER: join(dir, 'handlers', handler) }) }
  if (backend === 's3') {
    const s3 = await startLocalS3Process()
    return { env: { ...common, ...s3Env(s3) }, s3, close: () => s3.stop() }
  }
  if (backend === 'redis') {
    const redis = await startRedis()
    return { env: { ...common, ...env?.(String(redis.port)) }, close: () => redis.close() }
  }
  return { env: common, close: async () => {} }
}

/** @param {{ url: string, bucket: string }} server */
export const s3Env = ({ url, bucket }) => ({
  CACHE_S3_BUCKET: bucket,
  CACHE_S3_ENDPOINT_URL: url,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local-secret',
})
