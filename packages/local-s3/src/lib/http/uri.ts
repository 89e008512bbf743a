import { S3Error } from './errors.ts'

const PLAIN = /^[\w\-.~]*$/

/** Percent-encodes all but RFC 3986's unreserved characters, as SigV4 and S3's `encoding-type=url` ask. */
export function encodeUriComponent(text: string): string {
  if (PLAIN.test(text)) return text
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** As `encodeUriComponent`, but leaves the slashes between the parts of a path or key. */
export function encodeUriPath(path: string): string {
  return path.split('/').map(encodeUriComponent).join('/')
}

/** Decodes percent-encoded UTF-8. A plus sign stays a plus sign. */
export function decodeUri(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new S3Error('InvalidURI')
  }
}
