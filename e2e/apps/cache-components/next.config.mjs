import { withS3Cache } from 's3-cache-handler/config'

// A handler that is wrong on purpose, to prove that the tests notice. That of the pages remains ours.
const mutant = process.env.S3_CACHE_USE_CACHE_MUTANT

export default withS3Cache({
  cacheComponents: true,
  partialPrefetching: true,
  ...(mutant && { cacheHandlers: { default: mutant, remote: mutant } }),
})
