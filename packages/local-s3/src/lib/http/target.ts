import { S3Error } from './errors.ts'
import { decodeUri } from './uri.ts'

/** What a path-style URL addresses, decoded. */
export interface Target {
  readonly path: string
  /** Empty for requests to the service. */
  readonly bucket: string
  /** Empty for requests to a bucket. */
  readonly key: string
  readonly query: ReadonlyMap<string, string>
}

/** Parses a request's URL by hand: the `URL` class would resolve `..`, and any key must work. */
export function parseTarget(url: string): Target {
  if (!url.startsWith('/')) throw new S3Error('InvalidURI')
  const mark = url.indexOf('?')
  const path = decodeUri(mark === -1 ? url : url.slice(0, mark))
  const query = mark === -1 ? new Map<string, string>() : parseQuery(url.slice(mark + 1))
  const slash = path.indexOf('/', 1)
  return slash === -1
    ? { path, bucket: path.slice(1), key: '', query }
    : { path, bucket: path.slice(1, slash), key: path.slice(slash + 1), query }
}

function parseQuery(text: string): Map<string, string> {
  const query = new Map<string, string>()
  for (const part of text.split('&')) {
    if (part === '') continue
    const [name, ...value] = part.replaceAll('+', '%20').split('=')
    query.set(decodeUri(name ?? ''), decodeUri(value.join('=')))
  }
  return query
}
