/**
 * For `cacheHandlers.remote`, and for kinds of your own. The very same object as that of `s3-cache-handler/use-cache`: the
 * bucket is behind both, and Next tells each object once of an invalidation.
 */
export { default } from './use-cache.ts'
