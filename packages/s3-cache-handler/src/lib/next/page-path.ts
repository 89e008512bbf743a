import { encodeKey, encodeKeyPrefix } from '../keys/encode-key.ts'

/** Since 16.3.8 Next scopes the keys of responses to their route: `/route-cache/<kind>/<sha256 of the route>/$/<path>`. */
const ROUTE_KEY = /^\/route-cache\/[^/]+\/[0-9a-f]{64}\/\$(\/.*)$/s

/** The path of the page that Next gave this key: as a browser asks for it, without `basePath`. */
export function pagePath(key: string): string {
  const path = ROUTE_KEY.exec(key)?.[1] ?? key
  return path === '/index' ? '/' : path
}

/**
 * The tags that `revalidatePath` of a page's own path, or of everything, stands for. Next writes them into the entries of
 * the App Router itself; those of the Pages Router carry none.
 */
export const implicitTags = (path: string): string[] => [
  '_N_T_/layout',
  `_N_T_${path}`,
  ...(path === '/' ? ['_N_T_/index'] : []),
]

/** What an encoded key of a response begins with, up to its path: nothing of it is escaped but the first slash. */
const ENCODED_HEAD = /^%2F(route-cache\/[^/]+\/[0-9a-f]{64}\/\$)/

/** Tells by its encoded key whether a page has this path, or one that begins so; all have if neither is given. */
export function pageFilter(path: string | undefined, pathPrefix: string | undefined): (encodedKey: string) => boolean {
  if (path === undefined && pathPrefix === undefined) return () => true
  return (encodedKey) => {
    const head = ENCODED_HEAD.exec(encodedKey)?.[1]
    const start = head === undefined ? '' : `/${head}`
    if (path !== undefined)
      return encodedKey === encodeKey(start + (path === '/' && head !== undefined ? '/index' : path))
    return encodedKey.startsWith(encodeKeyPrefix(start + pathPrefix))
  }
}
