import { isSameEtag } from '../etag.ts'
import { S3Error } from '../http/errors.ts'
import { header, type S3Request } from '../http/request.ts'
import type { ObjectInfo, WriteCheck } from '../store/store.ts'

/** How the conditions of a read turn out. */
export type ReadVerdict = 'serve' | 'not-modified' | 'failed'

/** Evaluates a read's conditions in the order of RFC 9110 §13.2.2, which S3 follows. */
export function checkReadConditions(request: S3Request, { etag, lastModified }: ObjectInfo): ReadVerdict {
  const ifMatch = header(request, 'if-match')
  const ifNoneMatch = header(request, 'if-none-match')
  const unmodifiedSince = dateHeader(request, 'if-unmodified-since')
  const modifiedSince = dateHeader(request, 'if-modified-since')
  if (ifMatch !== undefined) {
    if (!matchesEtag(ifMatch, etag)) return 'failed'
  } else if (unmodifiedSince !== undefined && lastModified > unmodifiedSince) return 'failed'
  if (ifNoneMatch !== undefined) return matchesEtag(ifNoneMatch, etag) ? 'not-modified' : 'serve'
  return modifiedSince !== undefined && lastModified <= modifiedSince ? 'not-modified' : 'serve'
}

/**
 * The check that a conditional write or delete asks for; `undefined` when it has no condition.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
 */
export function writeCheck(request: S3Request): WriteCheck | undefined {
  const ifMatch = header(request, 'if-match')
  const ifNoneMatch = header(request, 'if-none-match')
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    throw new S3Error('NotImplemented', 'If-None-Match of a write can only be *')
  }
  if (ifMatch === undefined && ifNoneMatch === undefined) return undefined
  return (current) => {
    if (ifNoneMatch !== undefined && current !== undefined) throw new S3Error('PreconditionFailed')
    if (ifMatch !== undefined) requireMatch(ifMatch, current)
  }
}

/** Refuses with `NoSuchKey` when there is no object, and with `PreconditionFailed` when its ETag is another. */
export function requireMatch(ifMatch: string, current: ObjectInfo | undefined): void {
  if (current === undefined) throw new S3Error('NoSuchKey')
  if (!matchesEtag(ifMatch, current.etag)) throw new S3Error('PreconditionFailed')
}

function matchesEtag(list: string, etag: string): boolean {
  return list.split(',').some((candidate) => candidate.trim() === '*' || isSameEtag(candidate, etag))
}

/** A date that cannot be read counts as absent (RFC 9110 §13.1.3). */
function dateHeader(request: S3Request, name: string): number | undefined {
  const time = Date.parse(header(request, name) ?? '')
  return Number.isNaN(time) ? undefined : time
}
