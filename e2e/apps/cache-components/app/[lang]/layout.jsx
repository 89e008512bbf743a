import { lang } from 'next/root-params'

export const generateStaticParams = () => [{ lang: 'en' }, { lang: 'fr' }]

/** A root layout of its own, which makes the language a root parameter. */
export default async function LangLayout({ children }) {
  return (
    <html lang={await lang()}>
      <head>
        <link rel="icon" href="data:," />
      </head>
      <body>{children}</body>
    </html>
  )
}
