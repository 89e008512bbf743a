import Link from 'next/link'
import type { StorySummary } from '../lib/wire/types.ts'
import { Cover } from './cover.tsx'
import styles from './story-card.module.css'

interface Props {
  readonly story: StorySummary
  readonly look: 'lead' | 'picture' | 'brief'
}

const SIZES = {
  lead: '(min-width: 62rem) 50rem, 100vw',
  picture: '(min-width: 62rem) 25rem, (min-width: 40rem) 50vw, 100vw',
  brief: '8rem',
}

export function StoryCard({ story, look }: Props) {
  return (
    <article className={styles[look]}>
      <div className={styles.cover}>
        <Cover slug={story.slug} alt={story.coverAlt} sizes={SIZES[look]} first={look === 'lead'} />
      </div>
      <div className={styles.words}>
        <h2>
          <Link className={styles.link} href={`/stories/${story.slug}`}>
            {story.title}
          </Link>
        </h2>
        <p className={styles.standfirst}>{story.standfirst}</p>
        <p className={styles.by}>
          {story.section}, by {story.byline}
          {story.edition > 1 && <strong className={styles.edition}>Edition {story.edition}</strong>}
        </p>
      </div>
    </article>
  )
}
