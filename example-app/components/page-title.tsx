import Head from 'next/head'

/** The Pages Router's counterpart of a `metadata` export. */
export function PageTitle({ children }: { children: string }) {
  return (
    <Head>
      <title>{`${children} – The Ferry Bell`}</title>
    </Head>
  )
}
