import { describeEntry, type EntryReport } from '../inspect/describe-entry.ts'
import { findEntries } from '../inspect/find-entries.ts'
import { readInvalidations } from '../inspect/read-invalidations.ts'
import type { StoredEntry } from '../inspect/stored-entry.ts'
import { mapConcurrently } from '../map-concurrently.ts'
import type { OpenCache } from '../open-cache.ts'
import { headerSafe } from '../header-safe.ts'
import { type Command, SUCCEEDED } from './command.ts'
import { ENTRY_FLAGS, entryFilterOf } from './entry-flags.ts'
import { type ListedEntry, LONG_HEAD, SHORT_HEAD, toJsonLine, toLongLine, toShortLine } from './entry-lines.ts'
import { type ParsedFlags, textOf, UsageError } from './flags.ts'
import { openPlace } from './place.ts'
import { SETTING_FLAGS } from './settings.ts'

const STATES = ['fresh', 'stale', 'expired', 'damaged'] as const
type State = (typeof STATES)[number]

export const lsCommand: Command = {
  summary: 'list what is stored',
  description: `Lists entries as the bucket lists them, a thousand a request: the first lines come at once, however many there are.
With --long, --state or --tag each entry is read, one request an entry. The state is that for a reader with the entry's
own tags: whoever reads may add tags of its own.`,
  flags: {
    ...SETTING_FLAGS,
    ...ENTRY_FLAGS,
    state: { value: STATES.join('|'), help: 'only those that a reader would judge so now' },
    long: { help: 'state, times and tags, too' },
    json: { help: 'an object of JSON a line' },
  },
  async run(flags, io) {
    const filter = entryFilterOf(flags)
    const state = stateOf(flags)
    const place = openPlace(flags, io)
    const isLong = flags['long'] === true
    const mustRead = isLong || state !== undefined || filter.tag !== undefined
    const toLine = flags['json'] === true ? toJsonLine : isLong ? toLongLine : toShortLine
    if (mustRead) await readInvalidations(place)
    if (flags['json'] !== true) io.write(isLong ? LONG_HEAD : SHORT_HEAD)
    for await (const page of findEntries(place, filter)) {
      const entries: readonly ListedEntry[] = mustRead ? await describeAll(place, page) : page
      const tag = filter.tag === undefined ? undefined : headerSafe(filter.tag)
      const wanted = entries.filter((entry) => isWanted(entry, state, tag))
      io.write(wanted.map((entry) => `${toLine(entry, place.cache.now())}\n`).join(''))
    }
    return SUCCEEDED
  },
}

async function describeAll({ store, cache }: OpenCache, page: readonly StoredEntry[]): Promise<EntryReport[]> {
  const reports = await mapConcurrently(page, (entry) => describeEntry({ store, cache }, entry))
  return reports.filter((report) => report !== undefined)
}

const isWanted = (entry: ListedEntry, state: State | undefined, tag: string | undefined): boolean =>
  (state === undefined || ('state' in entry && entry.state === state)) &&
  (tag === undefined || ('tags' in entry && entry.tags.includes(tag)))

function stateOf(flags: ParsedFlags): State | undefined {
  const text = textOf(flags, 'state')
  const state = STATES.find((known) => known === text)
  if (text !== undefined && state === undefined) {
    throw new UsageError(`"--state" must be one of ${STATES.join(', ')}, got "${text}"`)
  }
  return state
}
