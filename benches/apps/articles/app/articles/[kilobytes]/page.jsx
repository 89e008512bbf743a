import { Card } from '../../../lib/card.jsx'
import { cardsFor } from '../../../lib/prose.mjs'

export const revalidate = 3600

/** Others are rendered when they are first asked for. */
export const generateStaticParams = () =>
  (process.env.BENCH_PRERENDER ?? '')
    .split(',')
    .filter(Boolean)
    .map((kilobytes) => ({ kilobytes }))

/** A page whose HTML has about so many kilobytes. */
export default async function ArticlesPage({ params }) {
  const { kilobytes } = await params
  return (
    <main className="articles articles--wide">
      <h1>{kilobytes} KB of articles</h1>
      {cardsFor(Number(kilobytes)).map((card) => (
        <Card key={card.id} {...card} />
      ))}
    </main>
  )
}
