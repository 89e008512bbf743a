import { headerSafe } from '../header-safe.ts'
import { requirePath } from '../inspect/entry-filter.ts'
import { tagsOfPath } from '../next/tags-of-path.ts'
import { tagSubject } from '../tags/subjects.ts'
import { printable } from '../format.ts'
import { type Command, SUCCEEDED } from './command.ts'
import { calledFlag } from './entry-flags.ts'
import { type ParsedFlags, textsOf, UsageError, wholeNumberOf } from './flags.ts'
import { openPlace } from './place.ts'
import { SETTING_FLAGS } from './settings.ts'

export const revalidateCommand: Command = {
  summary: 'invalidate tags and paths on every running instance',
  description: `What carries a tag, or was rendered for a path, is made anew: as "revalidateTag(tag, { expire: 0 })" and
"revalidatePath(path)" do it in the app. With --soft it is stale: served once more while it is made anew behind it, as
"revalidateTag(tag, 'max')" does it. Running instances follow within their "tagRefreshMs". Nothing is deleted.`,
  flags: {
    ...SETTING_FLAGS,
    tag: { value: 'TAG', isList: true, help: 'may be repeated' },
    path: { value: 'PATH', isList: true, help: 'a page or route handler, as browsers ask for it; may be repeated' },
    soft: { help: 'stale, not gone' },
    expire: { value: 'SECONDS', help: 'with --soft: gone after so long, if it was not made anew' },
    json: { help: 'what was done, as JSON' },
  },
  async run(flags, io) {
    const paths = textsOf(flags, 'path').map((path) => requirePath('path', path, calledFlag))
    const tags = [...textsOf(flags, 'tag').map(headerSafe), ...paths.flatMap(tagsOfPath)]
    if (tags.length === 0 || tags.includes('')) throw new UsageError('what? Give --tag or --path')
    const expireSeconds = expireSecondsOf(flags)
    const place = openPlace(flags, io)
    await place.cache.invalidate(tags.map(tagSubject), expireSeconds)
    const mode = flags['soft'] === true ? 'soft' : 'hard'
    io.write(
      flags['json'] === true
        ? `${JSON.stringify({ tags, mode, expireSeconds: finite(expireSeconds) })}\n`
        : `Invalidated (${mode}): ${tags.map(printable).join(', ')}\n`,
    )
    return SUCCEEDED
  },
}

/** Undefined for gone now. */
function expireSecondsOf(flags: ParsedFlags): number | undefined {
  const seconds = wholeNumberOf(flags, 'expire', 1)
  const isSoft = flags['soft'] === true
  if (seconds === undefined) return isSoft ? Infinity : undefined
  if (!isSoft) throw new UsageError('"--expire" needs "--soft": what is not soft is gone now')
  return seconds
}

/** JSON has no Infinity: null for never. */
const finite = (seconds: number | undefined): number | null =>
  seconds === undefined ? 0 : seconds === Infinity ? null : seconds
