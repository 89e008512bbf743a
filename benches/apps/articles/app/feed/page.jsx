import { connection } from 'next/server'
import { Card } from '../../lib/card.jsx'

const FETCHES = 20

/** Rendered at each request, of data that is in the cache. */
export default async function FeedPage() {
  await connection()
  const numbers = Array.from({ length: FETCHES }, (_, index) => index)
  const cards = await Promise.all(numbers.map(cardOf))
  return (
    <main className="feed">
      {cards.map((card) => (
        <Card key={card.id} {...card} />
      ))}
    </main>
  )
}

async function cardOf(number) {
  const response = await fetch(`${process.env.ORIGIN_URL}/cards/${number}`, {
    next: { revalidate: 3600, tags: [`card-${number}`] },
  })
  const [card] = await response.json()
  return card
}
