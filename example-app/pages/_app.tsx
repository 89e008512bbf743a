import type { AppProps } from 'next/app'
import Head from 'next/head'
import { Shell } from '../components/shell.tsx'
// oxlint-disable-next-line import/no-unassigned-import -- a style sheet is imported for its effect
import '../styles/global.css'

export default function App({ Component, pageProps }: AppProps) {
  return (
    <>
      <Head>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
      </Head>
      <Shell>
        <Component {...pageProps} />
      </Shell>
    </>
  )
}
