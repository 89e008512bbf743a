import { type Pruned, pruneEntries } from '../inspect/prune-entries.ts'
import { readInvalidations } from '../inspect/read-invalidations.ts'
import { counted, countedEntries, jsonOf } from '../format.ts'
import { type Command, FAILED, SUCCEEDED } from './command.ts'
import { DELETING_FLAGS, mayDelete } from './deleting.ts'
import { ENTRY_FLAGS, entryFilterOf } from './entry-flags.ts'
import { openPlace } from './place.ts'
import { SETTING_FLAGS } from './settings.ts'

export const pruneCommand: Command = {
  summary: 'delete entries that are past their time',
  description: `Deletes what may not be served any more, which nobody misses. The head of each object tells its time, one request an
entry; with --invalidated each is read, and those go, too, that invalidations have taken. What is replaced by other bytes
meanwhile stays. The bucket's own lifecycle rules do the same for nothing: see "lifecycle".`,
  flags: {
    ...SETTING_FLAGS,
    ...ENTRY_FLAGS,
    invalidated: { help: 'those, too, that invalidations have taken' },
    ...DELETING_FLAGS,
    json: { help: 'what was done, as JSON' },
  },
  async run(flags, io) {
    const filter = entryFilterOf(flags)
    const place = openPlace(flags, io)
    const invalidated = flags['invalidated'] === true
    const run = (dryRun: boolean): Promise<Pruned> =>
      pruneEntries(place, filter, {
        invalidated,
        dryRun,
        onProgress: ({ scanned, found, deleted }) =>
          io.progress?.(`looked at ${scanned}, ${dryRun ? `found ${found}` : `deleted ${deleted}`}`),
      })
    const say = (result: Pruned, line: string, code = SUCCEEDED): number => {
      io.write(flags['json'] === true ? `${jsonOf(result)}\n` : `${line}\n`)
      return code
    }
    if (invalidated) await readInvalidations(place)
    // Who is not asked need not be told a number before, which costs as much as the deletion.
    const isAsked = flags['dry-run'] === true || flags['yes'] !== true
    if (isAsked) {
      const result = await run(true)
      const what = countedEntries({ entries: result.found, bytes: result.bytes })
      if (flags['dry-run'] === true) return say(result, `Would delete ${what}, of ${result.scanned}.`)
      if (!(await mayDelete(what, flags, io))) return say(result, 'Nothing was deleted.', FAILED)
    }
    const done = await run(false)
    return say(done, `Deleted ${counted(done.deleted, 'entry', 'entries')}, of ${done.scanned}.`)
  },
}
