import { data, Link, redirect } from 'react-router'
import { cachedLoader } from 's3-cache-handler/react-router'
import styles from '../../../example-app/app/stories/[slug]/story.module.css'
import { formatDay } from '../../../example-app/lib/format.ts'
import { ask } from '../../../example-app/lib/wire/ask.ts'
import { correctStory } from '../../../example-app/lib/wire/correct.ts'
import { parseStory } from '../../../example-app/lib/wire/parse.ts'
import type { Tag } from '../../../example-app/lib/wire/tags.ts'
import { cache, scope } from '../cache.server.ts'
import { CorrectionForm } from '../components/correction-form.tsx'
import { PrintedAt } from '../components/printed-at.tsx'
import type { Route } from './+types/story'

/** The data is kept, and the page made of it for each reader: once a minute one server of the fleet asks the origin. */
export const loader = cachedLoader(
  scope.cache,
  {
    key: ({ params }) => ['stories', params.slug],
    tags: ['stories' satisfies Tag],
    ttl: '1m',
    swr: '1h',
    staleIfError: '1d',
    lock: true,
  },
  async ({ params }: Route.LoaderArgs) => {
    const response = await ask(`/stories/${encodeURIComponent(params.slug)}`)
    if (response === undefined) throw data(null, { status: 404 })
    const answer = parseStory(await response.json())
    if (answer.kind === 'moved') throw redirect(`/stories/${answer.to}`, 301)
    return { ...answer, printedAt: new Date() }
  },
)

/** Changes the headline where stories come from, and takes away all that has the tag: here, and in the Next edition. */
export async function action({ params, request }: Route.ActionArgs) {
  const title = (await request.formData()).get('title')
  if (typeof title !== 'string' || title.trim() === '') {
    return data({ problem: 'A headline has at least one letter.' }, { status: 400 })
  }
  await correctStory(params.slug, title)
  await cache.revalidateTag('stories' satisfies Tag)
  return redirect(`/stories/${params.slug}`)
}

export const meta: Route.MetaFunction = ({ loaderData }) => [
  { title: `${loaderData?.story.title ?? 'No such story'} – The Ferry Bell` },
]

export default function StoryPage({ loaderData, actionData }: Route.ComponentProps) {
  const { story, next, printedAt } = loaderData
  return (
    <article>
      <header className={styles['header']}>
        <h1>{story.title}</h1>
        <p className={styles['standfirst']}>{story.standfirst}</p>
        <p className={styles['by']}>
          {story.section}, by {story.byline}, {formatDay(story.publishedAt)}
          <span className={styles['edition']}>Edition {story.edition}</span>
        </p>
      </header>
      <div className={styles['cover']}>
        <img src={`/covers/${story.slug}`} alt={story.coverAlt} width={1600} height={1000} />
      </div>
      <div className={styles['body']}>
        {story.body.map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
        <PrintedAt at={printedAt} />
        <CorrectionForm key={`${story.slug} ${story.edition}`} problem={actionData?.problem} />
      </div>
      <p className={styles['next']}>
        Read next
        <Link to={`/stories/${next.slug}`}>{next.title}</Link>
      </p>
    </article>
  )
}
