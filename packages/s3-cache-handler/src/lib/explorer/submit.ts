import { InvalidOptionError } from '../errors.ts'
import { actionOf, perform } from './actions.ts'
import { actionProof, needsWholeBucket } from './confirm-view.ts'
import { linkWithFlash } from './flash.ts'
import { isSameOrigin, isTokenFor, type Session } from './form-token.ts'
import { calledField } from './labels.ts'
import { type Page, problemPage } from './page.ts'
import { redirectResponse } from './responses.ts'
import type { ExploredCache } from './visit.ts'

/** What is longer is no form of ours. */
export const MAX_FORM_BYTES: number = 64 * 1024

/** The form that was sent; undefined where it is none of a page of ours: then no more of it is read than it takes to see that. */
export async function formOf(request: Request): Promise<URLSearchParams | undefined> {
  if (!isSameOrigin(request)) return undefined
  const isForm = /^application\/x-www-form-urlencoded\s*(;|$)/i.test(request.headers.get('content-type') ?? '')
  const text = isForm ? await textOf(request.body).catch(() => undefined) : undefined
  return text === undefined ? undefined : new URLSearchParams(text)
}

/** Undefined where it is too long. Rejects where it breaks off, or somebody else reads it. */
async function textOf(body: Request['body']): Promise<string | undefined> {
  const reader = body?.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    while (length <= MAX_FORM_BYTES) {
      const { value } = (await reader?.read()) ?? {}
      if (value === undefined) return Buffer.concat(chunks).toString()
      length += value.length
      chunks.push(value)
    }
    // What is left is not cancelled: that may close the connection by which the answer goes.
    return undefined
  } finally {
    reader?.releaseLock()
  }
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
    throw new InvalidOptionError('whole-bucket', `The prefix is empty: ${calledField('whole-bucket')} has to be ticked`)
  }
  const { says, next } = await perform(open, action)
  return redirectResponse(linkWithFlash(session, next, says))
}
