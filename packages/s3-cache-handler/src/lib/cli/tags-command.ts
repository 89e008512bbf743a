import { headerSafe } from '../header-safe.ts'
import { countOfTag, countTags, type TagCount } from '../inspect/count-tags.ts'
import { type Invalidation, lastInvalidation } from '../inspect/last-invalidation.ts'
import { readInvalidations } from '../inspect/read-invalidations.ts'
import type { OpenCache } from '../open-cache.ts'
import { formatDuration, isoTime, jsonOf, printable } from '../format.ts'
import { type Command, SUCCEEDED } from './command.ts'
import { textOf } from './flags.ts'
import { openPlace } from './place.ts'
import { SETTING_FLAGS } from './settings.ts'

export const tagsCommand: Command = {
  summary: 'list tags, how many entries carry them, and when each was last invalidated',
  description: `Counts what the index of tags names, a thousand entries a request. Next's own tags, one for each part of a path, are
not in it, but --tag finds when one was last invalidated, as it does for a tag that nothing carries.`,
  flags: {
    ...SETTING_FLAGS,
    tag: { value: 'TAG', help: 'only this one' },
    json: { help: 'an object of JSON a line' },
  },
  async run(flags, io) {
    const place = openPlace(flags, io)
    await readInvalidations(place)
    const tag = textOf(flags, 'tag')
    const toLine = flags['json'] === true ? toJson : toRow
    if (flags['json'] !== true) io.write(`${'ENTRIES'.padStart(7)} ${'INVALIDATED'.padEnd(20)} TAG\n`)
    for await (const count of tag !== undefined ? one(place, headerSafe(tag)) : countTags(place)) {
      const last = count.tag === undefined ? undefined : lastInvalidation(place, count.tag)
      io.write(`${toLine(count, last, place.cache.now())}\n`)
    }
    return SUCCEEDED
  },
}

async function* one(place: OpenCache, tag: string): AsyncGenerator<TagCount> {
  yield { tag, folder: '', entries: await countOfTag(place, tag) }
}

function toRow({ tag, folder, entries }: TagCount, last: Invalidation | undefined, now: number): string {
  const when = last === undefined ? '-' : `${formatDuration(Math.max(0, now - last.at))} ago, ${last.kind}`
  return `${String(entries).padStart(7)} ${when.padEnd(20)} ${printable(tag ?? folder)}`
}

const toJson = ({ tag, folder, entries }: TagCount, last: Invalidation | undefined): string =>
  jsonOf({
    tag: tag ?? null,
    ...(tag === undefined && { folder }),
    entries,
    invalidatedAt: isoTime(last?.at),
    invalidation: last?.kind ?? null,
  })
