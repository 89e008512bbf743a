import Link from 'next/link'

export default function Home() {
  return (
    <main>
      <Link href="/story/linked-too">also</Link>
      <Link href="/story/linked">linked</Link>
    </main>
  )
}
