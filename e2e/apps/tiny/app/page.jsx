import { unstable_cache } from 'next/cache'

// Runs during `next build`, which must not write it to the bucket.
const builtAt = unstable_cache(async () => new Date().toISOString(), ['built-at'], { revalidate: 3600 })

export default async function Home() {
  return <p>{await builtAt()}</p>
}
