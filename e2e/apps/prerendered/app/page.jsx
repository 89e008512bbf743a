import Link from 'next/link'
import { askOrigin } from '../lib/origin.mjs'
import { RenderFacts } from '../lib/render-facts.jsx'

export const revalidate = false

export default async function Home() {
  const { hits } = await askOrigin('home')
  return (
    <main>
      <h1>Home</h1>
      <RenderFacts hits={hits} />
      <Link href="/posts/prefetched">prefetched</Link>
    </main>
  )
}
