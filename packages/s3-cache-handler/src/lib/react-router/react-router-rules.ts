import type { Framework, ResponseKind } from '../http/framework.ts'

/** https://reactrouter.com/how-to/resource-routes has no such suffix: it is kept for data. */
const DATA_SUFFIX = '.data'
/** The data of `/`, and of a page whose URL ends with `/` where the app tells those apart. */
const ROOT_DATA = /\/(_root|_)\.data$/
/** Routes whose data alone is wanted; Remix 2 without single fetch asks for one with `_data`. */
const DATA_PARAMETERS = ['_routes', '_data']
/** Tells an index route from its parent, where both are at one URL. */
const INDEX_PARAMETER = 'index'
/** Tells browsers what routes there are: made from memory, and of as many URLs as there are visitors. */
const MANIFEST = /\/__manifest$/
/** Navigations ask for documents: https://www.w3.org/TR/fetch-metadata/#sec-fetch-dest-header */
const NAVIGATIONS = ['document', 'iframe', 'frame', 'embed', 'object']

/** React Router 7 and 8 in framework mode, and Remix 2. */
export const reactRouterRules: Framework = {
  kindOf: (request, url, shown) => (shown === 'raw' ? kindByUrl(request, url) : kindByBrowser(request, url)),
  isOtherKind(kind, { status, headers }) {
    const isMarked = headers.get('x-remix-response') === 'yes'
    // A redirect of data is marked by the router later, and is the same for both.
    return kind === 'data' ? !isMarked && (status < 300 || status > 399) : isMarked
  },
  advice:
    'React Router 7 shows middleware the URL of a page where its data is asked for, so that only navigations are ' +
    'answered from the cache there. Set future.v8_passThroughRequests in react-router.config.ts, and the option "build"',
  pageOf(url) {
    const page = new URL(url)
    page.pathname = pagePath(url.pathname)
    for (const name of [...DATA_PARAMETERS, INDEX_PARAMETER]) page.searchParams.delete(name)
    return page
  },
  isOwnPath: ({ pathname }) => MANIFEST.test(pathname),
  parameters: [...DATA_PARAMETERS, INDEX_PARAMETER],
}

function kindByUrl(request: Request, url: URL): ResponseKind {
  if (url.pathname.endsWith(DATA_SUFFIX) || url.searchParams.has('_data')) return 'data'
  return asksForPage(request) ? 'document' : 'resource'
}

/** A navigation is none for data, and nothing else can be told from one that is. */
function kindByBrowser(request: Request, url: URL): ResponseKind | undefined {
  if (request.headers.get('sec-fetch-dest') === 'document') return 'document'
  const isData = url.pathname.endsWith(DATA_SUFFIX) || DATA_PARAMETERS.some((name) => url.searchParams.has(name))
  return isData ? 'data' : undefined
}

function asksForPage({ headers }: Request): boolean {
  const destination = headers.get('sec-fetch-dest')
  return destination === null ? !/\bjson\b/.test(headers.get('accept') ?? '') : NAVIGATIONS.includes(destination)
}

/** One path for `/blog`, `/blog/`, `/blog.data` and `/blog/_.data`. */
function pagePath(pathname: string): string {
  const path = ROOT_DATA.test(pathname) ? pathname.replace(ROOT_DATA, '/') : pathname.replace(/\.data$/, '')
  return path === '/' ? path : path.replace(/\/$/, '')
}
