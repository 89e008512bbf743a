import type { ReactNode } from 'react'
import { isRouteErrorResponse, Links, Meta, Outlet, Scripts, ScrollRestoration } from 'react-router'
import shell from '../../example-app/components/shell.module.css'
import notice from '../../example-app/components/wire-unreachable.module.css'
import favicon from '../../example-app/public/favicon.svg'
// oxlint-disable-next-line import/no-unassigned-import -- a style sheet is imported for its effect
import '../../example-app/styles/global.css'
import type { Route } from './+types/root'
import { pages, scope } from './cache.server.ts'
import { Footer } from './components/footer.tsx'
import { Masthead } from './components/masthead.tsx'
import { ServingBar } from './components/serving-bar.tsx'
import { reportServing } from './serving.server.ts'

/** For all routes, from the outside to the inside. On a hit of `pages` no loader runs. */
export const middleware: Route.MiddlewareFunction[] = [reportServing, scope.middleware, pages.middleware]

export const meta: Route.MetaFunction = () => [{ title: 'The Ferry Bell' }]

export const links: Route.LinksFunction = () => [{ rel: 'icon', href: favicon }]

export function Layout({ children }: { readonly children: ReactNode }) {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <Meta />
        <Links />
      </head>
      <body>
        <a className={shell['skip']} href="#content">
          Skip to the news
        </a>
        <Masthead />
        <main id="content" className={shell['main']} tabIndex={-1}>
          {children}
        </main>
        <Footer />
        <ServingBar />
        <ScrollRestoration />
        <Scripts />
      </body>
    </html>
  )
}

export default function App() {
  return <Outlet />
}

export function ErrorBoundary({ error }: Route.ErrorBoundaryProps) {
  const isMissing = isRouteErrorResponse(error) && error.status === 404
  return (
    <section className={notice['notice']}>
      <h1>{isMissing ? 'No such page' : 'Nothing on the wire'}</h1>
      <p className={notice['lead']}>
        {isMissing
          ? 'The paper has none at this address.'
          : 'This page could not be set, and no earlier print is at hand.'}
      </p>
    </section>
  )
}
