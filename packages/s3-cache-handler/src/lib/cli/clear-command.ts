import { clearFilter } from '../inspect/clear-filter.ts'
import { requireClearable } from '../inspect/entry-filter.ts'
import { type EntryFilter, findEntries } from '../inspect/find-entries.ts'
import type { OpenCache } from '../open-cache.ts'
import { countedEntries } from '../format.ts'
import { type Command, FAILED, type Io, SUCCEEDED } from './command.ts'
import { calledFlag, ENTRY_FLAGS, entryFilterOf } from './entry-flags.ts'
import type { ParsedFlags } from './flags.ts'
import { DELETING_FLAGS, mayDelete, requireWholeBucket, WHOLE_BUCKET_FLAG } from './deleting.ts'
import { openPlace } from './place.ts'
import { SETTING_FLAGS } from './settings.ts'

export const clearCommand: Command = {
  summary: 'delete entries, from the bucket and from the memory of every running instance',
  description: `First it is counted what would be deleted, and a person asked, unless there is --yes. Then an event tells all
running instances, and the entries go, a thousand a request; a run that breaks off is finished by the next one. To have
pages made anew, "revalidate" costs less.`,
  flags: {
    ...SETTING_FLAGS,
    ...ENTRY_FLAGS,
    all: { help: 'everything under the prefix' },
    ...WHOLE_BUCKET_FLAG,
    ...DELETING_FLAGS,
    json: { help: 'what was done, as JSON' },
  },
  async run(flags, io) {
    const filter = entryFilterOf(flags)
    requireClearable(filter, flags['all'] === true, calledFlag)
    const place = openPlace(flags, io)
    requireWholeBucket(place.layout.prefix, flags)
    const found = await count(place, filter, io)
    const what = countedEntries(found)
    if (flags['dry-run'] === true) return report(flags, io, { ...found, deleted: 0 }, `Would delete ${what}.`)
    if (!(await mayDelete(what, flags, io))) {
      return report(flags, io, { ...found, deleted: 0 }, 'Nothing was deleted.', FAILED)
    }
    const deleted = await clearFilter(place, filter, (so) => io.progress?.(`deleted ${so} of ${found.entries}`))
    return report(flags, io, { ...found, deleted }, `Deleted ${deleted.toLocaleString('en')}.`)
  },
}

interface Found {
  readonly entries: number
  /** Of their objects. */
  readonly bytes: number
}

async function count(place: OpenCache, filter: EntryFilter, { progress }: Io): Promise<Found> {
  let [entries, bytes] = [0, 0]
  for await (const page of findEntries(place, filter)) {
    entries += page.length
    for (const { size } of page) bytes += size
    progress?.(`counted ${entries}`)
  }
  return { entries, bytes }
}

function report(
  flags: ParsedFlags,
  { write }: Io,
  result: Found & { deleted: number },
  line: string,
  code = SUCCEEDED,
): number {
  write(flags['json'] === true ? `${JSON.stringify(result)}\n` : `${line}\n`)
  return code
}
