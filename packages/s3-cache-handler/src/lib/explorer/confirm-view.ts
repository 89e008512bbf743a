import { formatBytes, printable } from '../format.ts'
import { countEntries } from '../inspect/count-entries.ts'
import { FILTER_NAMES, type FilterTexts } from '../inspect/entry-filter.ts'
import type { StoredEntry } from '../inspect/stored-entry.ts'
import { type Action, actionOf, effectOf } from './actions.ts'
import { countText, countTitle } from './count-text.ts'
import { firstRows, moreNote } from './first-rows.ts'
import { findDeletable } from './found-entry.ts'
import { tokenFor } from './form-token.ts'
import { literal } from './facts.ts'
import { html, type Markup } from './html.ts'
import { LABELS } from './labels.ts'
import { linkTo } from './links.ts'
import { metaLine } from './meta-line.ts'
import { type Page, problemPage } from './page.ts'
import { deploymentOf, nameOf, shortened } from './shown-names.ts'
import { MAX_COUNT_LISTINGS } from './view-limits.ts'
import type { ExploredCache, Visit } from './visit.ts'

/** What is asked before it is done. */
interface Question {
  readonly title: string
  /** What will happen. */
  readonly says: Markup
  /** What the button says. */
  readonly yes: string
}

/** The action, what it will do, and the one form that does it. */
export async function confirmView({ open, params, session }: Visit): Promise<Page> {
  const action = actionOf(params)
  const question = await questionOf(open, action)
  if (question === undefined) return problemPage(404, 'No such entry', 'It is gone already, or never was there.')
  const { title, says, yes } = question
  const text = actionText(params)
  return {
    title,
    content: html`<h1>${title}</h1>
      <section class="panel">
        ${says}
        <form method="post" action="${linkTo('confirm')}">
          <input type="hidden" name="action" value="${text}" />
          <input type="hidden" name="token" value="${tokenFor(session, actionProof(text))}" />
          ${needsWholeBucket(open, action) && wholeBucketField}
          <button class="${action.kind === 'revalidate' ? 'main' : 'danger'}">${yes}</button>
          <a href="${action.back}">Cancel</a>
        </form>
      </section>`,
  }
}

/** An action as its form holds it: what was confirmed is what is done. */
function actionText(params: URLSearchParams): string {
  const action = new URLSearchParams(params)
  action.delete('view')
  return action.toString()
}

/** What the token of a form says yes to. */
export const actionProof = (text: string): string => `action ${text}`

/** Under an empty prefix a bucket that is not ours alone may hold what only looks like ours. */
export const needsWholeBucket = ({ isShared, layout }: ExploredCache, { kind }: Action): boolean =>
  kind === 'clear' && isShared && layout.prefix === ''

const wholeBucketField = html`<label class="check"
  ><input type="checkbox" name="whole-bucket" value="yes" required /> The prefix is empty: what only looks like ours
  would go, too. ${LABELS['whole-bucket']}.</label
>`

async function questionOf(open: ExploredCache, action: Action): Promise<Question | undefined> {
  switch (action.kind) {
    case 'revalidate':
      return {
        title: `Revalidate ${action.what}?`,
        says: html`<p>
            What is older than this will be ${effectOf(action.expireSeconds)} on every running instance, whatever its
            kind and deployment. It is made anew when somebody asks for it. Nothing is deleted.
          </p>
          ${metaLine(firstRows(action.tags).map(literal))} ${moreNote(action.tags)}`,
        yes: 'Revalidate',
      }
    case 'delete': {
      const found = await findDeletable(open, action.reference)
      return found && deletion(found.stored)
    }
    case 'clear':
      return await clearing(open, action)
  }
}

const deletion = (stored: StoredEntry): Question => ({
  title: 'Delete this entry?',
  says: html`<p class="key">${nameOf(stored)}</p>
    ${metaLine([stored.kind, deploymentOf(stored), formatBytes(stored.size)])}
    <p>
      It goes from the bucket, and from the memory of every running instance. Who asks for it waits for a new one.
    </p>`,
  yes: 'Delete',
})

async function clearing(open: ExploredCache, { filter, texts }: Extract<Action, { kind: 'clear' }>): Promise<Question> {
  const count = await countEntries(open, filter, MAX_COUNT_LISTINGS)
  const size = count.bytes === undefined ? '' : `, ${formatBytes(count.bytes)}`
  return {
    title: `Clear ${countText(count)}?`,
    says: html`<p>
        ${countTitle(count)}${size}: ${selection(texts)}
        ${count.isAtMost && 'The index may name some that are gone, or carry the tag no more: those stay.'}
      </p>
      <p>
        They go from the bucket, and from the memory of every running instance. To have pages made anew, revalidating
        costs less. ${count.isAtLeast && html`So many take a while: <code>s3-cache clear</code> tells how far it is.`}
      </p>`,
    yes: 'Clear',
  }
}

function selection(texts: FilterTexts): Markup {
  const parts = FILTER_NAMES.flatMap((name) => (texts[name] === undefined ? [] : [[name, texts[name]] as const]))
  if (parts.length === 0) return html`<strong>everything under the prefix</strong>, of all deployments.`
  return html`those with
  ${parts.map(([name, text], index) => html`${index > 0 && ', '}${name.replace('-prefix', ' beginning with')} <span class="key">${shortened(printable(text))}</span>`)}.`
}
