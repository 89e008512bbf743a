import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound, permanentRedirect } from 'next/navigation'
import { cache } from 'react'
import { Cover } from '../../../components/cover.tsx'
import { RenderedAt } from '../../../components/rendered-at.tsx'
import { formatDay } from '../../../lib/format.ts'
import { ask } from '../../../lib/wire/ask.ts'
import { parseStory } from '../../../lib/wire/parse.ts'
import type { Tag } from '../../../lib/wire/tags.ts'
import styles from './story.module.css'

export const revalidate = 60

interface Props {
  readonly params: Promise<{ slug: string }>
}

/** None at build time: a story is rendered when someone first asks for it, and kept from then on. */
export const generateStaticParams = (): [] => []

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { story } = await readStory(decoded((await params).slug))
  return { title: story.title, description: story.standfirst }
}

export default async function StoryPage({ params }: Props) {
  const { story, next } = await readStory(decoded((await params).slug))
  return (
    <article className={styles.story}>
      <header className={styles.header}>
        <h1>{story.title}</h1>
        <p className={styles.standfirst}>{story.standfirst}</p>
        <p className={styles.by}>
          {story.section}, by {story.byline}, {formatDay(story.publishedAt)}
          <span className={styles.edition}>Edition {story.edition}</span>
        </p>
      </header>
      <div className={styles.cover}>
        <Cover slug={story.slug} alt={story.coverAlt} sizes="(min-width: 80rem) 78rem, 100vw" first />
      </div>
      <div className={styles.body}>
        {story.body.map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
        <RenderedAt at={new Date().toISOString()} />
      </div>
      <p className={styles.next}>
        Read next
        <Link href={`/stories/${next.slug}`}>{next.title}</Link>
      </p>
    </article>
  )
}

/** Metadata and page ask once between them. A story that moved, or never was, ends here; Next keeps that answer too. */
const readStory = cache(async (slug: string) => {
  const response = await ask(`/stories/${encodeURIComponent(slug)}`, { next: { tags: ['stories' satisfies Tag] } })
  if (response === undefined) notFound()
  const answer = parseStory(await response.json())
  if (answer.kind === 'moved') permanentRedirect(`/stories/${answer.to}`)
  return answer
})

/** Next gives the slug percent-encoded to one of the two and plain to the other. */
function decoded(slug: string): string {
  try {
    return decodeURIComponent(slug)
  } catch {
    notFound()
  }
}
