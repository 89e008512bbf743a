import { createS3Cache } from 's3-cache-handler/cache'
import { createResponseCache, requestScope } from 's3-cache-handler/react-router'

/** The bucket and its credentials come from the environment: CACHE_S3_BUCKET, AWS_ACCESS_KEY_ID, … */
export const cache = createS3Cache({
  // After an action the browser asks for the page anew, maybe another server: that must know of the action at once. It
  // costs one small request to the bucket each time; where a visitor stays on one server, the default does.
  tagRefreshMs: 0,
})

/** Whole responses, of the routes whose headers say for how long. */
export const pages = createResponseCache(cache, {
  build: () => import('virtual:react-router/server-build'),
  // Nobody signs in to read this paper: what cookies there are is the explorer's, or of another app on localhost.
  cookies: 'ignore',
})

/** Asks once a request for each key, and says in `Server-Timing` what was a hit. */
export const scope = requestScope(cache)
