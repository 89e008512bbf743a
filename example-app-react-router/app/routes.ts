import { index, route, type RouteConfig } from '@react-router/dev/routes'

export default [
  index('routes/front.tsx'),
  route('stories/:slug', 'routes/story.tsx'),
  route('covers/:slug', 'routes/cover.ts'),
  route('explorer', 'routes/explorer.ts'),
] satisfies RouteConfig
