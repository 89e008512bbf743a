import type { Reply } from '../renew/reply.ts'
import type { Tag } from '../wire/tags.ts'
import { send } from './send.ts'

/** Something that one instance is asked to do. */
export interface Order {
  /** Reads after "was asked to". */
  readonly asked: string
  /** Whether the next view is new. */
  readonly effect: string
  readonly send: () => Promise<Reply>
}

/** An order that needs nothing but a button. */
export interface ButtonOrder extends Order {
  readonly label: string
  /** What runs on the server. */
  readonly code: string
}

/** The server actions of the App Router. The Pages Router has none. */
export interface Actions {
  readonly update: (tag: Tag) => Promise<Reply>
  readonly correctAndUpdate: (slug: string, title: string) => Promise<Reply>
}

export const byTag = (tag: Tag): ButtonOrder => ({
  label: 'Revalidate the tag',
  code: `revalidateTag('${tag}', { expire: 0 })`,
  asked: `revalidate the tag “${tag}”`,
  effect: 'The next view of every page with this tag is new.',
  send: () => send('/api/revalidate-tag', { tag }),
})

export const softly = (tag: Tag): ButtonOrder => ({
  label: 'Revalidate it softly',
  code: `revalidateTag('${tag}', 'max')`,
  asked: `revalidate the tag “${tag}” softly`,
  effect: 'The next view is not new: it is this print once more, and a new one is made behind it for the view after.',
  send: () => send('/api/revalidate-tag', { tag, softly: true }),
})

export const byPath = (path: string): ButtonOrder => ({
  label: 'Revalidate the path',
  code: `revalidatePath('${path}')`,
  asked: `revalidate the path ${path}`,
  effect: 'The next view of this page is new; other pages stay.',
  send: () => send('/api/revalidate-path', { path }),
})

export const byAction = (tag: Tag, { update }: Actions): ButtonOrder => ({
  label: 'Update the tag',
  code: `updateTag('${tag}')`,
  asked: `update the tag “${tag}” in a server action`,
  effect: 'This view is new already: it came with the answer.',
  send: () => update(tag),
})

export const reprint = (path: string): ButtonOrder => ({
  label: 'Print this page anew',
  code: `res.revalidate('${path}')`,
  asked: `print ${path} anew`,
  effect: 'It has done so, and the next view is that new print.',
  send: () => send('/api/reprint', { path }),
})

export const clear: ButtonOrder = {
  label: 'Clear the cache',
  code: 'clearNext({})',
  asked: 'clear the cache',
  effect: 'The next view of every page is new.',
  send: () => send('/api/clear'),
}

export const correct = (slug: string, title: string): Order => ({
  asked: `change the headline to “${title}” at the origin`,
  effect: 'The next view is not new: the print that is kept knows nothing of it.',
  send: () => send('/api/corrections', { slug, title }),
})

export const correctByAction = (slug: string, title: string, { correctAndUpdate }: Actions): Order => ({
  asked: `change the headline to “${title}” in a server action, and to update the tag “stories”`,
  effect: 'This view is new already: it came with the answer.',
  send: () => correctAndUpdate(slug, title),
})
