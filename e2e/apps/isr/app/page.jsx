import Link from 'next/link'

export default function Home() {
  return (
    <main>
      <h1>Fixture</h1>
      <Link href="/forever/prefetched" prefetch>
        prefetched
      </Link>
      <Link href="/forever/clicked" prefetch={false}>
        clicked
      </Link>
    </main>
  )
}
