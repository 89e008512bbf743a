import { InvalidOptionError } from '../errors.ts'
import { actionOf, perform } from './actions.ts'
import { actionProof, needsWholeBucket } from './confirm-view.ts'
import { linkWithFlash } from './flash.ts'
import { isSameOrigin, isTokenFor, type Session } from './form-token.ts'
import { type Page, problemPage } from './page.ts'
import { redirectResponse } from './responses.ts'
import type { ExploredCache } from './visit.ts'

/** What is longer is no form of ours. */
const MAX_FORM_BYTES = 64 * 1024

/** The form that was sent; undefined where it is none of a page of ours: then nothing of it is read. */
export async function formOf(request: Request): Promise<URLSearchParams | undefined> {
  if (!isSameOrigin(request)) return undefined
  const { headers } = request
  const isForm = /^application\/x-www-form-urlencoded\s*(;|$)/i.test(headers.get('content-type') ?? '')
  if (!isForm || Number(headers.get('content-length') ?? 0) > MAX_FORM_BYTES) return undefined
  const text = await request.text()
  return text.length > MAX_FORM_BYTES ? undefined : new URLSearchParams(text)
}

/** Does what a form asks for, if it was confirmed in these words, by this browser. */
export async function submit(
  open: ExploredCache,
  form: URLSearchParams | undefined,
  session: Session,
): Promise<Page | Response> {
  const text = form?.get('action') ?? ''
  if (form === undefined || !isTokenFor(session, actionProof(text), form.get('token') ?? '')) {
    return problemPage(403, 'Not done', 'This form was not sent from a page of the explorer, or that was too old.')
  }
  const action = actionOf(new URLSearchParams(text))
  if (needsWholeBucket(open, action) && form.get('whole-bucket') !== 'yes') {
    throw new InvalidOptionError('whole-bucket', 'The prefix is empty: say that you know what is in the bucket')
  }
  const { says, next } = await perform(open, action)
  return redirectResponse(linkWithFlash(session, next, says))
}
