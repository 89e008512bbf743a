import { isImplicitTag } from '../index/tag-index.ts'
import type { EntryReport } from '../inspect/describe-entry.ts'
import type { StoredEntry } from '../inspect/stored-entry.ts'
import { formatBytes, formatDuration, formatMoment, isoTime, jsonOf, printable } from '../format.ts'

/** An entry as the bucket lists it, or as it was read. */
export type ListedEntry = StoredEntry | EntryReport

export const SHORT_HEAD: string = `${'KIND'.padEnd(9)} ${'SIZE'.padStart(7)} ${'STORED'.padEnd(12)} ${'DEPLOYMENT'.padEnd(20)} KEY\n`
export const LONG_HEAD: string = `${'STATE'.padEnd(7)} ${'STALE'.padEnd(12)} ${'EXPIRES'.padEnd(12)} ${SHORT_HEAD.trimEnd()} [TAGS]\n`

/** Pages by their path: their key has the hash of their route before it. */
export function toShortLine(entry: ListedEntry, now: number): string {
  const stored = `${formatDuration(Math.max(0, now - entry.storedAt))} ago`
  const deployment = printable(entry.deployment ?? '(shared)')
  const name = printable(entry.path ?? entry.key ?? entry.objectKey)
  return `${entry.kind.padEnd(9)} ${formatBytes(entry.size).padStart(7)} ${stored.padEnd(12)} ${deployment.padEnd(20)} ${name}`
}

export function toLongLine(entry: ListedEntry, now: number): string {
  const { state, staleAt, expiresAt, tags } = entry as EntryReport
  const moment = (at: number | undefined): string => (at === undefined ? '-' : formatMoment(at, now)).padEnd(12)
  const own = tags.filter((tag) => !isImplicitTag(tag)).map(printable)
  return `${state.padEnd(7)} ${moment(staleAt)} ${moment(expiresAt)} ${toShortLine(entry, now)} [${own.join(', ')}]`
}

export const toJsonLine = (entry: ListedEntry): string => jsonOf(fieldsOf(entry))

/** What `--json` tells of an entry; times in ISO 8601. */
export function fieldsOf(entry: ListedEntry): Readonly<Record<string, unknown>> {
  const { objectKey, kind, deployment = null, key = null, path, size, storedAt } = entry
  const common = {
    kind,
    deployment,
    key,
    ...(path !== undefined && { path }),
    objectKey,
    size,
    storedAt: isoTime(storedAt),
  }
  if (!('state' in entry)) return common
  const { state, tags, madeAt, staleAt, expiresAt } = entry
  const times = { madeAt: isoTime(madeAt), staleAt: isoTime(staleAt), expiresAt: isoTime(expiresAt) }
  return { ...common, state, ...times, tags }
}
