import { cachified } from '@epic-web/cachified'
import { redisCacheAdapter } from 'cachified-redis-adapter'
import { LRUCache } from 'lru-cache'
import { createClient } from 'redis'
import { createS3Cache } from 's3-cache-handler/cache'
import { cachifiedAdapter } from 's3-cache-handler/cachified'
import { cachedLoader } from 's3-cache-handler/react-router'
import { startRedis } from '../../tools/handler-contract/redis.mjs'
import { s3Env } from './contestants.mjs'
import { startLocalS3Process } from './local-s3-process.mjs'

/**
 * A way to keep what a loader gives.
 * @typedef {{
 *   name: string,
 *   load: (key: string, make: () => unknown) => Promise<unknown>,
 *   settle: () => Promise<unknown>,
 *   close: () => Promise<unknown>,
 * }} Loader `settle` resolves when what was made is stored.
 */

export const LOADER = 'cachedLoader'
export const OURS = 'cachified, s3-cache-handler'
export const REDIS = 'cachified, Redis'
export const LRU = 'cachified, lru-cache'

const DAY_MS = 86_400_000
const LIFETIME = { ttl: DAY_MS, swr: DAY_MS }
const nothing = async () => {}

/**
 * All of them in this process, and their servers in processes of their own.
 * @returns {Promise<{ loaders: Loader[], s3: Awaited<ReturnType<typeof startLocalS3Process>>, close: () => Promise<void> }>}
 */
export async function openLoaders() {
  const [s3, redis] = await Promise.all([startLocalS3Process(), startRedis()])
  Object.assign(process.env, s3Env(s3))
  const loaders = [openCachedLoader(), openOurs(), await openRedis(redis), openLru()]
  return {
    loaders,
    s3,
    async close() {
      for (const loader of loaders) await loader.close()
      await Promise.all([s3.stop(), redis.close()])
    },
  }
}

function openCachedLoader() {
  const cache = openCache('loader/')
  const request = new Request('http://bench.test/')
  const options = { key: ({ key }) => key, ttl: DAY_MS / 1000, swr: DAY_MS / 1000 }
  const loader = cachedLoader(cache, options, ({ make }) => make())
  const settle = () => cache.close()
  return { name: LOADER, load: (key, make) => loader({ request, key, make }), settle, close: settle }
}

function openOurs() {
  const cache = openCache('cachified/')
  return throughCachified(OURS, cachifiedAdapter(cache), () => cache.close())
}

/** A bench makes more in a second than an app in an hour: nobody is to wait for less than all of it. */
const openCache = (prefix) => createS3Cache({ prefix, drainMs: 120_000, timeoutMs: 60_000, log: 'error' })

async function openRedis({ port }) {
  const client = createClient({ url: `redis://127.0.0.1:${port}` })
  await client.connect()
  return { ...throughCachified(REDIS, redisCacheAdapter(client)), close: () => client.close() }
}

function openLru() {
  return throughCachified(LRU, new LRUCache({ max: 100_000 }))
}

const throughCachified = (name, cache, settle = nothing) => ({
  name,
  load: (key, make) => cachified({ key, cache, ...LIFETIME, getFreshValue: make }),
  settle,
  close: settle,
})
