import { type CountedTags, countTagsFrom } from '../inspect/count-tags.ts'
import { lastInvalidation } from '../inspect/last-invalidation.ts'
import { cursorOf, cursorText } from '../inspect/list-cursor.ts'
import { readInvalidations } from '../inspect/read-invalidations.ts'
import { html, type Markup } from './html.ts'
import { linkTo } from './links.ts'
import { moment } from './moments.ts'
import type { Page } from './page.ts'
import { tagLink } from './tag-link.ts'
import { MAX_COUNT_LISTINGS } from './view-limits.ts'
import type { ExploredCache, Visit } from './visit.ts'

/** So many tags are shown in one. */
const MAX_TAGS = 200

export async function tagsView({ open, params, now }: Visit): Promise<Page> {
  const from = params.get('from')
  const cursor = from === null ? {} : cursorOf(from)
  await readInvalidations(open)
  const found = await countTagsFrom(open, cursor, { listings: MAX_COUNT_LISTINGS, tags: MAX_TAGS })
  return {
    title: 'Tags',
    part: 'tags',
    content: html`<h1>Tags</h1>
      <form class="panel" method="get" role="search" aria-label="Tags">
        <input type="hidden" name="view" value="tag" />
        <label>Tag <input name="tag" required autocapitalize="none" autocomplete="off" spellcheck="false" /></label>
        <button class="main">Show</button>
      </form>
      <section class="panel" aria-label="Tags of the index">
        ${found.tags.length === 0 ? html`<p>No entry carries a tag.</p>` : tagTable(open, { ...found, begun: params.get('begun') }, now)}
        ${nextLink(found)}
      </section>`,
  }
}

/** The count of the last tag may have to go on. */
function nextLink({ tags, next }: CountedTags): Markup | false {
  if (next === undefined) return false
  return html`<p>
    <a class="button" href="${linkTo('tags', { from: cursorText(next), begun: tags.at(-1)?.folder })}">Next page</a>
  </p>`
}

/** @param begun The folder of the tag whose count has begun on the page before. */
function tagTable(
  open: ExploredCache,
  { tags, next, begun }: CountedTags & { begun: string | null },
  now: number,
): Markup {
  const rows = tags.map(({ tag, folder, entries }, index) => {
    const isPart = folder === begun || (next !== undefined && index === tags.length - 1)
    const last = tag === undefined ? undefined : lastInvalidation(open, tag)
    return html`<tr>
      <th scope="row">${tag === undefined ? html`<span class="key">${folder}</span>` : tagLink(tag)}</th>
      <td class="number">${isPart && 'at least '}${entries.toLocaleString('en')}</td>
      <td>${last === undefined ? html`<span class="soft">no</span>` : html`${moment(last.at, now)}, ${last.kind}`}</td>
    </tr>`
  })
  return html`<table>
    <caption>
      What the index names: some may carry the tag no more. Next’s own tags, one for each part of a path, are not in it.
    </caption>
    <thead>
      <tr>
        <th scope="col">Tag</th>
        <th scope="col" class="number">Entries</th>
        <th scope="col">Invalidated</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`
}
