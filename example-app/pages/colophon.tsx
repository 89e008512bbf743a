import type { GetStaticProps } from 'next'
import Link from 'next/link'
import { PageHeader } from '../components/page-header.tsx'
import { PageTitle } from '../components/page-title.tsx'
import styles from '../styles/colophon.module.css'

const PAGES = [
  {
    href: '/',
    address: '/',
    kept: 'A page with revalidate = 30, tag “stories”: printed at most every 30 seconds, for all instances together.',
  },
  {
    href: '/stories/seal-count',
    address: '/stories/…',
    kept: 'Tag “stories”, not printed at build time. The first reader’s print is everyone’s for 60 seconds, then it is renewed behind the next reader.',
  },
  {
    href: '/stories/night-boat',
    address: '/stories/night-boat',
    kept: 'A story that moved: the redirect is kept like a page.',
  },
  {
    href: '/stories/the-quiet-season',
    address: '/stories/the-quiet-season',
    kept: 'A story that never was: “not found” is kept, too.',
  },
  { href: '/markets', address: '/markets', kept: 'A page made of one tagged fetch (tag “markets”, 10 seconds).' },
  { href: '/most-read', address: '/most-read', kept: 'A page made of unstable_cache (tag “most-read”, 20 seconds).' },
  {
    href: '/api/cover/kelp-harvest',
    address: '/api/cover/…',
    kept: 'A route handler whose answer is bytes. Every picture goes through it and through next/image.',
  },
  { href: '/archive', address: '/archive', kept: 'Pages Router, getStaticProps with revalidate.' },
  { href: '/archive/1912', address: '/archive/1912', kept: 'Pages Router: a redirect, kept.' },
  { href: '/archive/1913', address: '/archive/1913', kept: 'Pages Router: “not found”, kept.' },
  {
    href: '/colophon',
    address: '/colophon',
    kept: 'This page: Pages Router, printed by the build, and again only when asked to.',
  },
  { href: '/live', address: '/live', kept: 'Never kept. The contrast.' },
] as const

interface Props {
  readonly renderedAt: string
}

export const getStaticProps: GetStaticProps<Props> = () => ({ props: { renderedAt: new Date().toISOString() } })

export default function ColophonPage({ renderedAt }: Props) {
  return (
    <>
      <PageTitle>Colophon</PageTitle>
      <PageHeader
        title="How each page is kept"
        intro="Several servers print this paper and share one shelf, a bucket. The bar at the foot of the window says which server answered you, and how old the print is that it took from the shelf; “Renew” in it takes a print off the shelf before its time."
        renderedAt={renderedAt}
      />
      <ul className={styles.pages}>
        {PAGES.map(({ href, address, kept }) => (
          <li key={href}>
            <Link href={href} prefetch={false}>
              {address}
            </Link>
            <p>{kept}</p>
          </li>
        ))}
      </ul>
    </>
  )
}
