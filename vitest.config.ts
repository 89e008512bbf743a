import { fileURLToPath } from 'node:url'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

const config: ViteUserConfig = defineConfig({
  // As in tsconfig.json's `paths`.
  resolve: {
    alias: {
      'local-s3': fileURLToPath(new URL('packages/local-s3/src/index.ts', import.meta.url)),
      's3-cache-handler/cache': fileURLToPath(new URL('packages/s3-cache-handler/src/cache.ts', import.meta.url)),
      's3-cache-handler/http': fileURLToPath(new URL('packages/s3-cache-handler/src/http.ts', import.meta.url)),
      's3-cache-handler/react-router': fileURLToPath(
        new URL('packages/s3-cache-handler/src/react-router.ts', import.meta.url),
      ),
    },
  },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'packages/*/test/**/*.test.ts',
      'e2e/lib/**/*.test.ts',
      'scripts/lib/**/*.test.mjs',
      'benches/lib/**/*.test.mjs',
      // Only `pnpm test:full` has the time for them.
      ...(process.env.BENCHES === undefined ? [] : ['benches/*.test.mjs']),
    ],
    passWithNoTests: false,
    testTimeout: 20_000,
    // One more than CI has cores: some files wait most of their time.
    maxWorkers: 3,
  },
})

export default config
