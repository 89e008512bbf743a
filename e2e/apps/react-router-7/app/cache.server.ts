import { createS3Cache } from 's3-cache-handler/cache'
import { createResponseCache, requestScope } from 's3-cache-handler/react-router'
import { DECIMALS } from './decimal.server'

/** Where, and how often it looks, is said by the environment. */
export const cache = createS3Cache({ types: DECIMALS })

export const pages = createResponseCache(cache, {
  build: () => import('virtual:react-router/server-build'),
  // Not where the handler is wrapped.
  cache: () => process.env['FIXTURE_WRAPPED'] !== '1',
})

export const scope = requestScope(cache)
