import type { ObjectSummary, PutOptions } from './object-store.ts'

type Present = Pick<ObjectSummary, 'etag'> | undefined

/** Whether a put may go on, given the object that is there. */
export function mayPut(present: Present, { ifMatch, ifNoneMatch }: PutOptions): boolean {
  if (ifNoneMatch === '*' && present !== undefined) return false
  return ifMatch === undefined || present?.etag === ifMatch
}

/** Whether a delete may go on: a missing object counts as deleted. */
export const mayDelete = (present: Present, ifMatch: string | undefined): boolean =>
  ifMatch === undefined || present === undefined || present.etag === ifMatch
