/** What a response is: a page, the data of a page that a client fetches for itself, or anything else. */
export type ResponseKind = 'document' | 'data' | 'resource'

/** What a request's URL is as the cache is shown it. */
export type ShownUrl =
  /** As the client has sent it. */
  | 'raw'
  /** Without what tells a request for data from one for the page, as React Router 7 shows it to middleware. */
  | 'stripped'

/** What a server's framework makes of URLs and responses. */
export interface Framework {
  /** Undefined where the URL is that of several responses, of which the request may ask for any. */
  kindOf(request: Request, url: URL, shown: ShownUrl): ResponseKind | undefined
  /** Whether the response is not what the URL was taken for: it must not be stored under that. */
  isOtherKind(kind: ResponseKind | undefined, response: Response): boolean
  /** What to do so that this does not happen. Undefined where it cannot. */
  readonly advice: string | undefined
  /** The URL of the page that a URL belongs to: the same for its document and its data. */
  pageOf(url: URL): URL
  /** Whether it answers this itself, and need not be kept from doing so. */
  isOwnPath(url: URL): boolean
  /** Parameters of the query that it uses: they always count. */
  readonly parameters: readonly string[]
}

/** Any server: a URL is one response. */
export const anyServer: Framework = {
  kindOf: () => 'resource',
  isOtherKind: () => false,
  advice: undefined,
  pageOf: (url) => url,
  isOwnPath: () => false,
  parameters: [],
}
