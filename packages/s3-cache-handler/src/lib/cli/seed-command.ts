import { seedBuild } from '../next/seed-build.ts'
import { jsonOf, printable } from '../format.ts'
import { type Command, FAILED, SUCCEEDED } from './command.ts'
import { type ParsedFlags, textOf, wholeNumberOf } from './flags.ts'
import { loggerTo } from './place.ts'
import { SETTING_FLAGS } from './settings.ts'

export const seedCommand: Command = {
  summary: "copy a build's pages into the bucket before traffic arrives",
  description: `Copies what "next build" has rendered, with its age, unless there is anything newer: an entry, an invalidation or a
clear since the build began. Each instance does the same for the pages that it is asked for; this spares the first
requests of each the work. To be run where the build is, with the app's own "next".`,
  flags: {
    ...SETTING_FLAGS,
    'dist-dir': { value: 'FOLDER', help: 'what the build has written: ".next" by default' },
    concurrency: { value: 'NUMBER', help: 'so many pages at once: 8 by default' },
    json: { help: 'what became of how many, as JSON' },
  },
  async run(flags, io) {
    const unreadablePaths: string[] = []
    const { total, ...counts } = await seedBuild({
      ...given({ distDir: textOf(flags, 'dist-dir'), concurrency: wholeNumberOf(flags, 'concurrency', 1) }),
      handler: { ...settingsOfFlags(flags), logger: loggerTo(io) },
      onPage: ({ path, outcome, done, total: pages }) => {
        if (outcome === 'unreadable') unreadablePaths.push(path)
        io.progress?.(`${done} of ${pages} pages`)
      },
    })
    for (const path of unreadablePaths) io.complain(`s3-cache: "${printable(path)}" could not be read from the build`)
    const { stored, present, outdated, unreadable } = counts
    io.write(
      flags['json'] === true
        ? `${jsonOf({ total, ...counts })}\n`
        : `${total} pages: ${stored} stored, ${present} present, ${outdated} outdated, ${unreadable} unreadable.\n`,
    )
    return unreadable === 0 ? SUCCEEDED : FAILED
  },
}

/** Where neither flags nor the environment say it, the build does. */
const settingsOfFlags = (flags: ParsedFlags): Record<string, string> =>
  given(Object.fromEntries(Object.keys(SETTING_FLAGS).map((name) => [name, textOf(flags, name)])))

/** Without what is undefined. */
const given = <T>(values: Readonly<Record<string, T | undefined>>): Record<string, T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Record<string, T>
