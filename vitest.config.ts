import { defineConfig, type ViteUserConfig } from 'vitest/config'

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'e2e/lib/**/*.test.ts'],
    passWithNoTests: false,
    testTimeout: 20_000,
  },
})

export default config
