import { index, type RouteConfig, route } from '@react-router/dev/routes'

export default [
  index('routes/home.tsx'),
  route('post/:slug', 'routes/post.tsx'),
  route('page/:slug', 'routes/page.tsx'),
  route('parent', 'routes/parent.tsx', [route(':slug', 'routes/child.tsx')]),
  route('streamed/:slug', 'routes/streamed.tsx'),
  route('own/:slug', 'routes/own.tsx'),
  route('moved/:slug', 'routes/moved.tsx'),
  route('api/:slug', 'routes/api.ts'),
  route('raw/:slug', 'routes/raw.ts'),
  route('price/:slug', 'routes/price.tsx'),
  route('open/:slug', 'routes/open.ts'),
  route('shelf/:shelf/:name', 'routes/shelf.tsx'),
] satisfies RouteConfig
