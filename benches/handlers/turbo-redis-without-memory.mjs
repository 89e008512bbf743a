// Its README's wrapper for own options, with what the README's example turns off turned off.
import { RedisStringsHandler } from '@trieb.work/nextjs-turbo-redis-cache'

let handler

export default class TurboRedisWithoutMemory {
  constructor() {
    handler ??= new RedisStringsHandler({ redisGetDeduplication: false, inMemoryCachingTime: 0 })
  }

  get(...args) {
    return handler.get(...args)
  }

  set(...args) {
    return handler.set(...args)
  }

  revalidateTag(...args) {
    return handler.revalidateTag(...args)
  }

  resetRequestCache(...args) {
    return handler.resetRequestCache(...args)
  }
}
