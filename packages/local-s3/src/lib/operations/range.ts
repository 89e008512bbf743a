import { S3Error } from '../http/errors.ts'
import { header, type S3Request } from '../http/request.ts'
import type { ObjectInfo } from '../store/store.ts'

/** The first and the last byte that are wanted. */
export interface ByteRange {
  readonly first: number
  readonly last: number
}

/**
 * The part of an object that a request wants; undefined for the whole, as where several are wanted, which S3 does not do.
 * `InvalidRange` when there are no such bytes. https://www.rfc-editor.org/rfc/rfc9110#name-range
 */
export function wantedRange(request: S3Request, { size, etag }: ObjectInfo): ByteRange | undefined {
  const ifRange = header(request, 'if-range')
  if (ifRange !== undefined && ifRange !== etag) return undefined
  return parseRange(header(request, 'range'), size)
}

/** Of `bytes=0-9`, `bytes=10-` or `bytes=-5`. */
export function parseRange(text: string | undefined, size: number): ByteRange | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(text ?? '') ?? []
  if (from === '' && to === '') return undefined
  const range =
    from === ''
      ? { first: Math.max(0, size - Number(to)), last: size - 1 }
      : { first: Number(from), last: Math.min(to === '' ? Infinity : Number(to), size - 1) }
  if (to !== '' && from !== '' && Number(to) < Number(from)) return undefined
  if (range.first > range.last) throw new S3Error('InvalidRange')
  return range
}
