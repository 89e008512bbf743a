/** @type {import('next').NextConfig} */
const config = {
  // Short enough to wait for: a page with `revalidate = 2` is stale after two seconds and expired after six.
  expireTime: 6,
  // As Next 15.5 has `use cache`; later ones have it with Cache Components.
  ...(process.env.FIXTURE_USE_CACHE && {
    experimental: { useCache: true },
    pageExtensions: ['js', 'jsx', 'use-cache.jsx'],
  }),
}

// A handler that is wrong on purpose, to prove that the tests notice. `clearNext` remains ours, also beside a foreign one.
const mutant = process.env.S3_CACHE_MUTANT

export default mutant
  ? {
      ...config,
      cacheHandler: mutant,
      cacheMaxMemorySize: 0,
      images: { customCacheHandler: true },
      serverExternalPackages: ['s3-cache-handler'],
    }
  : (await import('s3-cache-handler/config')).withS3Cache(config)
