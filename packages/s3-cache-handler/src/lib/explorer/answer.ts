import { outside } from '../async-context.ts'
import { isS3CacheError, messageOf } from '../errors.ts'
import { printable } from '../format.ts'
import { isObject } from '../is-object.ts'
import type { OutageLog } from '../logging/outage-log.ts'
import { confirmView } from './confirm-view.ts'
import { entriesView } from './entries-view.ts'
import { entryView } from './entry-view.ts'
import { flashOf } from './flash.ts'
import { type Session, sessionOf } from './form-token.ts'
import { instanceView } from './instance-view.ts'
import type { ViewName } from './links.ts'
import { type Page, problemPage, renderPage } from './page.ts'
import { previewView } from './preview-view.ts'
import { pageResponse, plainResponse } from './responses.ts'
import { formOf, submit } from './submit.ts'
import { tagView } from './tag-view.ts'
import { tagsView } from './tags-view.ts'
import type { ExploredCache, Visit } from './visit.ts'

/** What the explorer is made of. */
export interface ExplorerParts {
  /** Only `true` lets a request in; a response is sent as it is. */
  readonly authorize: (request: Request) => unknown
  /** Throws NoCacheError where there is none to explore. */
  readonly open: () => Promise<ExploredCache>
  /** Whether this process answers visitors, so that there is something to tell of it. */
  readonly isInstance: boolean
  /** Where it is told what fails. */
  readonly failures: OutageLog
}

/** What is shown by its parameter `view`. */
const VIEWS: Readonly<Record<ViewName, (visit: Visit) => Promise<Page | Response>>> = {
  entries: entriesView,
  entry: entryView,
  preview: previewView,
  tags: tagsView,
  tag: tagView,
  instance: instanceView,
  confirm: confirmView,
}

/**
 * Answers one request. Nothing of the cache is looked at before `authorize` has let it in, whatever it asks for. Rejects
 * with the errors by which Next's own functions leave a route.
 */
export async function answer(parts: ExplorerParts, request: Request): Promise<Response> {
  const refusal = await refusalOf(parts, request)
  if (refusal !== undefined) return refusal
  const { method } = request
  const params = new URL(request.url).searchParams
  const allowed = params.get('view') === 'confirm' ? ['GET', 'HEAD', 'POST'] : ['GET', 'HEAD']
  if (!allowed.includes(method)) return plainResponse(405, 'Method not allowed', { allow: allowed.join(', ') })
  const session = sessionOf(request)
  if (method === 'POST') {
    const form = await formOf(request)
    return await outside(() => inFrame(parts, { session, params }, (open) => submit(open, form, session)))
  }
  const response = await outside(() =>
    inFrame(parts, { session, params }, (open) => view(parts, { open, session, params })),
  )
  return method === 'HEAD' ? new Response(null, response) : response
}

/** Undefined where the request is let in. Others learn nothing, not even why. */
async function refusalOf({ authorize, failures }: ExplorerParts, request: Request): Promise<Response | undefined> {
  try {
    const answered = await authorize(request)
    if (answered === true) return undefined
    return answered instanceof Response ? answered : plainResponse(403, 'Forbidden')
  } catch (error) {
    // As React Router's `redirect` is used.
    if (error instanceof Response) return error
    if (isOfNext(error)) throw error
    failures.failed('authorize', `The explorer's "authorize" failed: ${printable(messageOf(error))}`)
    return plainResponse(500, 'Internal server error')
  }
}

/**
 * Whether only Next can answer it: `redirect`, `notFound`, `forbidden`, and what must not be rendered ahead.
 * https://nextjs.org/docs/app/api-reference/functions/unstable_rethrow
 */
const isOfNext = (error: unknown): boolean => isObject(error) && 'digest' in error && typeof error.digest === 'string'

function view({ isInstance }: ExplorerParts, visit: Omit<Visit, 'now'>): Promise<Page | Response> | Page {
  const { open, params } = visit
  const name = params.get('view') ?? 'entries'
  const isThere = Object.hasOwn(VIEWS, name) && (isInstance || name !== 'instance')
  if (!isThere) return problemPage(404, 'No such page', 'The explorer has no page of this name.')
  return VIEWS[name as ViewName]({ ...visit, now: open.cache.now() })
}

/** The page that is made, or the one that says what failed, in the frame that all have. */
async function inFrame(
  parts: ExplorerParts,
  { session, params }: { readonly session: Session; readonly params: URLSearchParams },
  make: (open: ExploredCache) => Promise<Page | Response> | Page,
): Promise<Response> {
  let open: ExploredCache | undefined
  let page: Page | Response
  try {
    open = await parts.open()
    page = await make(open)
  } catch (error) {
    page = failurePage(parts, error)
  }
  if (page instanceof Response) return page
  const frame = {
    place: open === undefined ? '' : placeOf(open),
    isInstance: parts.isInstance,
    now: open?.cache.now() ?? Date.now(),
    flash: flashOf(session, params),
  }
  // Only a form needs it. One more would take from the forms that are open elsewhere what they were made with.
  const cookie = params.get('view') === 'confirm' ? session.cookie : undefined
  return pageResponse(renderPage(page, frame), { status: page.status ?? 200, cookie })
}

function placeOf({ bucket, layout, isShared }: ExploredCache): string {
  if (bucket !== undefined) return `s3://${bucket}/${layout.prefix}`
  return isShared ? `a store of its own, under "${layout.prefix}"` : 'the memory of this process'
}

/** Tells what an operator can do something about; of a defect nothing, but in the log. */
function failurePage({ failures }: ExplorerParts, error: unknown): Page {
  if (isS3CacheError(error)) {
    if (error.code === 'ERR_INVALID_OPTION') return problemPage(400, 'That cannot be', error.message)
    const status = error.code === 'ERR_NO_CACHE' ? 503 : 502
    return problemPage(status, 'That did not work', `${error.code}: ${error.message}`)
  }
  failures.failed('explorer', `The explorer failed: ${printable(messageOf(error))}`)
  return problemPage(500, 'That did not work', 'Something failed that should not. The log of this process has more.')
}
