import { ask } from './ask.ts'

/** Gives a story a new headline where stories come from. No page that was printed before knows of it. */
export async function correctStory(slug: string, title: string): Promise<void> {
  const answer = await ask(`/edit/${encodeURIComponent(slug)}`, {
    method: 'POST',
    body: JSON.stringify({ title }),
    cache: 'no-store',
  })
  if (answer === undefined) throw new Error(`The origin has no story “${slug}”`)
}
