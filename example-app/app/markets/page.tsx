import { PageHeader } from '../../components/page-header.tsx'
import { PriceTable } from '../../components/price-table.tsx'
import { WireUnreachable } from '../../components/wire-unreachable.tsx'
import { askJson } from '../../lib/wire/ask.ts'
import { parseMarkets } from '../../lib/wire/parse.ts'
import { reach } from '../../lib/wire/reach.ts'
import type { Tag } from '../../lib/wire/tags.ts'

export const metadata = { title: 'Quay prices' }

/** The page has no lifetime of its own: it lives as long as the tagged answer that it is made of. */
export default async function MarketsPage() {
  const markets = await reach(() =>
    askJson('/markets', parseMarkets, { next: { tags: ['markets' satisfies Tag], revalidate: 10 } }),
  )
  const renderedAt = new Date().toISOString()
  if (markets.kind === 'unreachable') return <WireUnreachable title="Quay prices" renderedAt={renderedAt} />
  return (
    <>
      <PageHeader
        title="Quay prices"
        intro="The exchange moves whenever somebody looks at it. The paper looks every ten seconds at most, however many of you there are."
        renderedAt={renderedAt}
      />
      <PriceTable prices={markets.value} />
      <p>
        <a href="/markets/prices.csv">All prices as a file</a>
      </p>
    </>
  )
}
