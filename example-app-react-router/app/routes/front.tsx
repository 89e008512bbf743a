import { formatWeekday } from '../../../example-app/lib/format.ts'
import { askJson } from '../../../example-app/lib/wire/ask.ts'
import { parseFront } from '../../../example-app/lib/wire/parse.ts'
import type { Tag } from '../../../example-app/lib/wire/tags.ts'
import styles from '../../../example-app/app/front.module.css'
import { PrintedAt } from '../components/printed-at.tsx'
import { StoryCard } from '../components/story-card.tsx'
import type { Route } from './+types/front'

/** Kept whole, the document and what a client-side navigation fetches: fresh for 30 seconds, then renewed behind a reader. */
export const headers: Route.HeadersFunction = () => ({
  'Cache-Control': 'public, s-maxage=30, stale-while-revalidate=3600, stale-if-error=86400',
  'Cache-Tag': 'stories' satisfies Tag,
})

export const loader = async () => ({ stories: await askJson('/stories', parseFront), printedAt: new Date() })

export default function FrontPage({ loaderData: { stories, printedAt } }: Route.ComponentProps) {
  const [lead, ...others] = stories
  return (
    <>
      <div className={styles['edition']}>
        <h1>{formatWeekday(printedAt.toISOString())}</h1>
        <PrintedAt at={printedAt} />
      </div>
      {lead && <StoryCard story={lead} look="lead" />}
      <div className={styles['pictures']}>
        {others.slice(0, 3).map((story) => (
          <StoryCard key={story.slug} story={story} look="picture" />
        ))}
      </div>
      <div className={styles['briefs']}>
        {others.slice(3).map((story) => (
          <StoryCard key={story.slug} story={story} look="brief" />
        ))}
      </div>
    </>
  )
}
