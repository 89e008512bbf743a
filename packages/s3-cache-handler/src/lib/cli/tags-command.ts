import { headerSafe } from '../header-safe.ts'
import { countOfTag, countTags, type TagCount } from '../inspect/count-tags.ts'
import type { OpenCache } from '../open-cache.ts'
import { highestStamp } from '../tag-state.ts'
import { tagSubject } from '../tags/subjects.ts'
import { type Command, SUCCEEDED } from './command.ts'
import { textOf } from './flags.ts'
import { formatDuration, isoTime, jsonOf, printable } from './format.ts'
import { openPlace, readInvalidations } from './place.ts'
import { SETTING_FLAGS } from './settings.ts'

/** The last invalidation of a tag. */
interface Invalidation {
  /** By the store's clock, in ms since the Unix epoch; a little later where many came at once. */
  readonly at: number
  /** `hard`: what was older is gone. `soft`: it is stale. */
  readonly kind: 'hard' | 'soft'
}

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

function lastInvalidation({ cache }: OpenCache, tag: string): Invalidation | undefined {
  const { stored } = cache.tags.about({ tags: [tag], addresses: [] })
  const state = stored.find(({ subject }) => subject === tagSubject(tag))?.state
  if (state === undefined) return undefined
  const at = highestStamp(state)
  return { at, kind: at === state.hardAt ? 'hard' : 'soft' }
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
