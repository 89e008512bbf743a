import { isRaw, RAW_HEAD } from '../codec/raw-entry.ts'
import { type EntryReport, type Reason, reportOf } from '../inspect/describe-entry.ts'
import { bodyOf, type EntryBody } from '../inspect/entry-body.ts'
import { findEntries } from '../inspect/find-entries.ts'
import { type ReadEntry, readEntry } from '../inspect/read-entry.ts'
import { readInvalidations } from '../inspect/read-invalidations.ts'
import { reasonText } from '../inspect/reason-text.ts'
import { type StoredEntry, storedEntry } from '../inspect/stored-entry.ts'
import { MAX_PRESIGN_SECONDS } from '../object-store/presign-limit.ts'
import type { OpenCache } from '../open-cache.ts'
import { formatBytes, formatMoment, isoTime, jsonOf, printable } from '../format.ts'
import { type Command, type Io, MISUSED, SUCCEEDED } from './command.ts'
import { ENTRY_FLAGS, entryFilterOf } from './entry-flags.ts'
import { fieldsOf, toShortLine } from './entry-lines.ts'
import { type ParsedFlags, textOf, UsageError, wholeNumberOf } from './flags.ts'
import { openPlace } from './place.ts'
import { SETTING_FLAGS } from './settings.ts'

const { kind, deployment, key, path } = ENTRY_FLAGS
/** What is printed instead of the table. */
const OUTPUTS = ['body', 'html', 'url', 'json'] as const
type Output = (typeof OUTPUTS)[number] | 'table'

/** So many candidates are named. */
const MAX_NAMED = 10
const DEFAULT_URL_SECONDS = 3600

export const getCommand: Command = {
  summary: 'show one entry: times, tags, why it is not fresh, headers, body',
  description: `The entry is named by --path, --key or --object. Without --deployment all are looked through, so that an entry of one
deployment is found sooner with it. A URL needs no credentials until it ends: whoever has it can read the entry.`,
  flags: {
    ...SETTING_FLAGS,
    kind,
    deployment,
    path,
    key,
    object: { value: 'KEY', help: 'the key of its object, as "ls --json" and log lines tell it' },
    body: { help: 'print the body as it is, and nothing else' },
    html: { help: 'the same, of pages only' },
    url: { help: 'print a presigned URL of the body, of what is stored as bytes: blobs, strings and images' },
    expires: { value: 'SECONDS', help: `how long the URL is valid, ${DEFAULT_URL_SECONDS} by default` },
    json: { help: 'all but the body, as an object of JSON' },
  },
  async run(flags, io) {
    const output = outputOf(flags)
    const expiresInSeconds = wholeNumberOf(flags, 'expires', 1, MAX_PRESIGN_SECONDS) ?? DEFAULT_URL_SECONDS
    const place = openPlace(flags, io)
    const objectKey = await objectKeyOf(place, flags, io)
    if (objectKey === undefined) return MISUSED
    const read = await readEntry(place.store, objectKey)
    const stored = read && storedEntry(place.layout, read.object)
    if (read === undefined || stored === undefined) throw new Error(`no entry is there: "${objectKey}"`)
    if (output === 'body' || output === 'html') return writeBody(read, output, io)
    await readInvalidations(place)
    const report = reportOf(place.cache, stored, read)
    if (output === 'url') {
      io.write(`${await urlOf(place, { read, report, expiresInSeconds })}\n`)
      return SUCCEEDED
    }
    const body = read.kind === 'entry' ? bodyOf(read.entry) : undefined
    io.write(output === 'json' ? toJson(report, body) : toTable(report, body, place.cache.now()))
    return SUCCEEDED
  },
}

function outputOf(flags: ParsedFlags): Output {
  const [output = 'table', another] = OUTPUTS.filter((name) => flags[name] === true)
  if (another !== undefined) throw new UsageError(`"--${output}" and "--${another}" exclude each other`)
  if (flags['expires'] !== undefined && output !== 'url') throw new UsageError('"--expires" needs "--url"')
  return output
}

/** Undefined where several are meant; then they are named. */
async function objectKeyOf(place: OpenCache, flags: ParsedFlags, io: Io): Promise<string | undefined> {
  const filter = entryFilterOf(flags)
  const object = textOf(flags, 'object')
  const isSelected = filter.key !== undefined || filter.pages !== undefined
  if (isSelected === (object !== undefined)) throw new UsageError('which? Give one of --path, --key and --object')
  if (object !== undefined) {
    if (object.startsWith(place.layout.entries('all'))) return object
    throw new UsageError(`"--object" must begin with "${place.layout.entries('all')}", got "${object}"`)
  }
  const found: StoredEntry[] = []
  for await (const page of findEntries(place, filter)) found.push(...page)
  const [first, ...others] = found
  if (first === undefined) throw new Error('no such entry')
  if (others.length === 0) return first.objectKey
  io.complain(`s3-cache: ${found.length} entries match: narrow by --deployment or --kind, or give --object`)
  for (const entry of found.slice(0, MAX_NAMED)) {
    io.complain(`  ${toShortLine(entry, place.cache.now())}`)
    io.complain(`    --object '${printable(entry.objectKey)}'`)
  }
  if (found.length > MAX_NAMED) io.complain('  …')
  return undefined
}

function writeBody(read: ReadEntry, output: 'body' | 'html', io: Io): number {
  if (read.kind === 'damaged') throw new Error(`the entry is damaged: ${read.reason}`)
  const body = bodyOf(read.entry)
  if (body === undefined) throw new Error('the entry has no body')
  if (output === 'html' && body.contentType?.startsWith('text/html') !== true) {
    throw new Error(`the entry is no page: its body is ${body.contentType ?? 'of no media type'}`)
  }
  io.write(body.bytes)
  return SUCCEEDED
}

interface UrlParts {
  readonly read: ReadEntry
  readonly report: EntryReport
  readonly expiresInSeconds: number
}

async function urlOf(place: OpenCache, { read, report, expiresInSeconds }: UrlParts): Promise<string> {
  if (report.state === 'expired' || report.state === 'damaged') throw new Error(`the entry is ${report.state}`)
  if (read.kind !== 'entry' || !isRaw(read.entry.value) || read.object.metadata?.[RAW_HEAD] === undefined) {
    throw new Error('the entry is stored in a format of its own, which a URL would serve: give --body')
  }
  // A URL must not outlive what it serves.
  const leftSeconds = Math.floor(((report.expiresAt ?? Infinity) - place.cache.now()) / 1000)
  if (leftSeconds < 1) throw new Error('the entry is about to expire')
  return await place.presign(report.objectKey, { expiresInSeconds: Math.min(expiresInSeconds, leftSeconds) })
}

function toJson(report: EntryReport, body: EntryBody | undefined): string {
  const { status, headers, contentType, bytes } = body ?? {}
  const reasons = report.reasons.map(reasonToJson)
  const about = { status, headers, contentType: contentType ?? null, bodyBytes: bytes?.length ?? null }
  return `${jsonOf({ ...fieldsOf(report), reasons, ...about })}\n`
}

const reasonToJson = (reason: Reason): Readonly<Record<string, unknown>> => ({
  ...reason,
  ...('at' in reason && { at: isoTime(reason.at) }),
  ...('goneAt' in reason && { goneAt: isoTime(reason.goneAt) }),
})

function toTable(report: EntryReport, body: EntryBody | undefined, now: number): string {
  const moment = (at: number | undefined): string | undefined =>
    at === undefined || at === Infinity ? undefined : `${formatMoment(at, now)} (${isoTime(at)})`
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['kind', report.kind],
    ['path', report.path],
    ['key', report.key],
    ['deployment', report.deployment ?? '(shared)'],
    ['object', report.objectKey],
    ['stored', `${moment(report.storedAt)}, ${formatBytes(report.size)}`],
    ['state', report.state],
    ...report.reasons.map((reason) => ['because', reasonText(reason, now)] as const),
    ['made', moment(report.madeAt)],
    ['stale', report.staleAt === Infinity ? 'never' : moment(report.staleAt)],
    ['expires', report.expiresAt === Infinity ? 'never' : moment(report.expiresAt)],
    ['tags', report.tags.join(', ')],
    ['status', body?.status?.toString()],
    ...Object.entries(body?.headers ?? {}).map(([name, value]) => ['header', `${name}: ${String(value)}`] as const),
    [
      'body',
      body && `${formatBytes(body.bytes.length)}${body.contentType === undefined ? '' : `, ${body.contentType}`}`,
    ],
  ]
  return rows
    .filter(([, text]) => text !== undefined && text !== '')
    .map(([name, text]) => `${name.padEnd(11)}${printable(text ?? '')}\n`)
    .join('')
}
