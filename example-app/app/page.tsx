import { RenderedAt } from '../components/rendered-at.tsx'
import { StoryCard } from '../components/story-card.tsx'
import { WireUnreachable } from '../components/wire-unreachable.tsx'
import { formatWeekday } from '../lib/format.ts'
import { askJson } from '../lib/wire/ask.ts'
import { parseFront } from '../lib/wire/parse.ts'
import { reach } from '../lib/wire/reach.ts'
import type { Tag } from '../lib/wire/tags.ts'
import styles from './front.module.css'

export const revalidate = 30

export default async function FrontPage() {
  const front = await reach(() => askJson('/stories', parseFront, { next: { tags: ['stories' satisfies Tag] } }))
  const renderedAt = new Date().toISOString()
  if (front.kind === 'unreachable') return <WireUnreachable title="Today on the island" renderedAt={renderedAt} />

  const [lead, ...others] = front.value
  return (
    <>
      <div className={styles.edition}>
        <h1>{formatWeekday(renderedAt)}</h1>
        <RenderedAt at={renderedAt} />
      </div>
      {lead && <StoryCard story={lead} look="lead" />}
      <div className={styles.pictures}>
        {others.slice(0, 3).map((story) => (
          <StoryCard key={story.slug} story={story} look="picture" />
        ))}
      </div>
      <div className={styles.briefs}>
        {others.slice(3).map((story) => (
          <StoryCard key={story.slug} story={story} look="brief" />
        ))}
      </div>
    </>
  )
}
