import type { AppBuild } from './build-app.ts'
import type { SiteBuild } from './build-site.ts'

export type BuildName =
  | 'isr'
  | 'cacheComponents'
  | 'bare'
  | 'configured'
  | 'red'
  | 'blue'
  | 'bareStandalone'
  | 'edge'
  | 'edgeWebpack'
  | 'isr15'
  | 'prerendered'
  | 'corners'

/** The builds that several tests share. */
export const BUILDS: Readonly<Record<BuildName, AppBuild>> = {
  isr: { app: 'isr' },
  cacheComponents: { app: 'cache-components' },
  /** `cacheHandler: require.resolve('s3-cache-handler')`, without `withS3Cache`. */
  bare: { app: 'tiny', env: { FIXTURE_BUILD: 'bare', FIXTURE_HANDLER: 'bare' } },
  configured: { app: 'tiny', env: { FIXTURE_BUILD: 'configured' } },
  bareStandalone: {
    app: 'tiny',
    env: { FIXTURE_BUILD: 'bare-standalone', FIXTURE_HANDLER: 'bare', FIXTURE_OUTPUT: 'standalone' },
  },
  /** The same with Next 15.5, which has webpack for its default, and `use cache` where it is asked for. */
  isr15: { app: 'isr', dependenciesOf: 'next-15', bundler: 'webpack', env: { FIXTURE_USE_CACHE: '1' } },
  prerendered: { app: 'prerendered' },
  corners: { app: 'corners' },
  /** Two versions of one app, whose build ID Next makes a constant. */
  red: { app: 'prerendered', env: { FIXTURE_BUILD: 'red', FIXTURE_DEPLOYMENT_ID: 'red' } },
  blue: { app: 'prerendered', env: { FIXTURE_BUILD: 'blue', FIXTURE_DEPLOYMENT_ID: 'blue' } },
  edge: { app: 'edge' },
  edgeWebpack: { app: 'edge', bundler: 'webpack' },
}

export type SiteName = 'router7' | 'router7Raw' | 'router7Next' | 'router8' | 'remix2' | 'remix2Plain'

/** The same of React Router and Remix. */
export const SITES: Readonly<Record<SiteName, SiteBuild>> = {
  /** On its default flags, but for middleware. */
  router7: { app: 'react-router-7', flags: ['v8_middleware'] },
  router7Raw: { app: 'react-router-7', flags: ['v8_middleware', 'v8_passThroughRequests'] },
  /** The deploy after the first. */
  router7Next: { app: 'react-router-7', flags: ['v8_middleware'], mark: 'next' },
  router8: { app: 'react-router-7', dependenciesOf: 'react-router-8' },
  remix2: { app: 'remix-2', flags: ['v3_singleFetch'] },
  remix2Plain: { app: 'remix-2' },
}
