'use server'

import { updateTag } from 'next/cache'
import { tagIn } from '../lib/renew/order-fields.ts'
import type { Reply } from '../lib/renew/reply.ts'
import { replyTo } from '../lib/renew/reply-to.ts'
import { correctStory } from '../lib/wire/correct.ts'
import type { Tag } from '../lib/wire/tags.ts'

/** Takes every page with the tag away; the answer brings the page that the reader is on, rendered anew. */
export async function update(tag: Tag): Promise<Reply> {
  return await replyTo(async () => updateTag(tagIn({ tag })))
}

/** Writes, and shows the writer what they wrote. */
export async function correctAndUpdate(slug: string, title: string): Promise<Reply> {
  return await replyTo(async () => {
    await correctStory(slug, title)
    updateTag('stories' satisfies Tag)
  })
}
