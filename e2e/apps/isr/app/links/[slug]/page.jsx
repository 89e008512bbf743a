import Link from 'next/link'
import { connection } from 'next/server'

/** Two tagged pages that a test has for itself. */
export default async function LinksPage({ params }) {
  await connection()
  const { slug } = await params
  return (
    <main>
      <Link href={`/tagged/${slug}-prefetched`} prefetch>
        prefetched
      </Link>
      <Link href={`/tagged/${slug}-clicked`} prefetch={false}>
        clicked
      </Link>
    </main>
  )
}
