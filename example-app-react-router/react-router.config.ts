import type { Config } from '@react-router/dev/config'

export default {
  future: {
    v8_middleware: true,
    // Middleware is shown whether a page or its data is asked for; without it only navigations come from the cache.
    v8_passThroughRequests: true,
    // As React Router 8 does it.
    v8_splitRouteModules: true,
    v8_trailingSlashAwareDataRequests: true,
    v8_viteEnvironmentApi: true,
  },
} satisfies Config
