import { isListed } from './name-list.ts'

/** What the cookies of a request mean for the cache. A name that ends in `*` stands for all that begin so. */
export type CookiePolicy =
  /** A request with any cookie is passed by. */
  | 'bypass'
  /** Cookies make no difference. */
  | 'ignore'
  | {
      /** Their values tell responses apart. */
      readonly vary?: readonly string[] | undefined
      /** They make no difference. A request with any other cookie is passed by. */
      readonly ignore?: readonly string[] | undefined
    }

/** The cookies that tell a response apart, in the order of their names; undefined where the request is to be passed by. */
export function cookiePairs(field: string | null, policy: CookiePolicy): (readonly [string, string])[] | undefined {
  if (field === null || policy === 'ignore') return []
  const cookies = parseCookies(field)
  if (policy === 'bypass') return cookies.length === 0 ? [] : undefined
  const { vary = [], ignore = [] } = policy
  const counting = cookies.filter(([name]) => !isListed(name, ignore))
  if (counting.some(([name]) => !isListed(name, vary))) return undefined
  return counting.toSorted(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))
}

function parseCookies(field: string): (readonly [string, string])[] {
  const pairs = field.split(';').map((pair) => pair.trim())
  return pairs
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=')
      return [name.trim(), value.join('=').trim()]
    })
}
