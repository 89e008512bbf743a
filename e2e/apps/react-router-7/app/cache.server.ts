import { createS3Cache } from 's3-cache-handler/cache'
import { createResponseCache, requestScope } from 's3-cache-handler/react-router'
import { Money } from './money'

/** Where, and how often it looks, is said by the environment. */
export const cache = createS3Cache({
  types: {
    Money: {
      is: (value): value is Money => value instanceof Money,
      encode: (value) => (value as Money).cents,
      decode: (stored) => new Money(stored as number),
    },
  },
})

export const pages = createResponseCache(cache, {
  build: () => import('virtual:react-router/server-build'),
  // Not where the handler is wrapped.
  cache: () => process.env['FIXTURE_WRAPPED'] !== '1',
})

export const scope = requestScope(cache)
