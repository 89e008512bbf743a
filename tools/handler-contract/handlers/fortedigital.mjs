// The quick start of its README, with a listener, without which an error of the connection ends the process. It wants a
// newer `redis` than the other.
import { CacheHandler } from '@fortedigital/nextjs-cache-handler'
import createRedisHandler from '@fortedigital/nextjs-cache-handler/redis-strings'
import { createClient } from 'redis-6'

const client = createClient({ url: process.env.REDIS_URL })
client.on('error', () => {})
await client.connect()

CacheHandler.onCreation(() => ({ handlers: [createRedisHandler({ client })] }))

export default CacheHandler
