import { Link } from 'react-router'
import cover from '../../../example-app/components/cover.module.css'
import styles from '../../../example-app/components/story-card.module.css'
import type { StorySummary } from '../../../example-app/lib/wire/types.ts'

interface Props {
  readonly story: StorySummary
  readonly look: 'lead' | 'picture' | 'brief'
}

export function StoryCard({ story, look }: Props) {
  return (
    <article className={styles[look]}>
      <div className={styles['cover']}>
        <img
          className={cover['cover']}
          src={`/covers/${story.slug}`}
          alt={story.coverAlt}
          width={1600}
          height={1000}
          loading={look === 'lead' ? 'eager' : 'lazy'}
        />
      </div>
      <div className={styles['words']}>
        <h2>
          <Link className={styles['link']} to={`/stories/${story.slug}`}>
            {story.title}
          </Link>
        </h2>
        <p className={styles['standfirst']}>{story.standfirst}</p>
        <p className={styles['by']}>
          {story.section}, by {story.byline}
          {story.edition > 1 && <strong className={styles['edition']}>Edition {story.edition}</strong>}
        </p>
      </div>
    </article>
  )
}
