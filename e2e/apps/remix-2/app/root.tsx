import { Links, Meta, Outlet, Scripts } from '@remix-run/react'
import type { ReactNode } from 'react'

// Loaders are typed as what single fetch sends: https://v2.remix.run/docs/guides/single-fetch#type-inference
declare module '@remix-run/node' {
  interface Future {
    v3_singleFetch: true
  }
}

export function Layout({ children }: { readonly children: ReactNode }) {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <title>Fixture</title>
        <Meta />
        <Links />
      </head>
      <body>
        {children}
        <Scripts />
      </body>
    </html>
  )
}

export default function App() {
  return <Outlet />
}
