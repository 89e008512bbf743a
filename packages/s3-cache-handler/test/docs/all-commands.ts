import { parseAllDocuments } from 'yaml'
import { fencesIn, PAGES } from './pages.ts'
import { argumentsOf, commandsOf, inlineCommandsOf, isOurs, type ShellCommand } from './shell.ts'

/** Of the files in the guides: `command` of a container, and `CMD`. */
const inFiles = [
  ...fencesIn('yaml').flatMap(({ page, text }) =>
    parseAllDocuments(text).flatMap((document) => listsIn(document.toJS()).map((words) => ({ page, words }))),
  ),
  ...fencesIn('json').flatMap(({ page, text }) => listsIn(JSON.parse(text)).map((words) => ({ page, words }))),
  ...fencesIn('dockerfile').flatMap(({ page, text }) =>
    Array.from(text.matchAll(/^CMD (\[.*\])$/gm), ([, list = '']) => ({ page, words: JSON.parse(list) as string[] })),
  ),
].map(({ page, words }): ShellCommand => ({ page, words, env: {}, text: words.join(' ') }))

/** Every list of texts in a document. */
function listsIn(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value) && value.every((word) => typeof word === 'string')) return [value]
  return Object.values(value).flatMap(listsIn)
}

/** Those of this repository that stand in a block, or in a file that is shown. */
export const COMMANDS: readonly ShellCommand[] = [
  ...PAGES.flatMap(commandsOf).filter(isOurs),
  ...inFiles.filter((one) => argumentsOf(one) !== undefined),
]
/** Those within sentences. Of some there is the name alone. */
export const INLINE: readonly ShellCommand[] = PAGES.flatMap(inlineCommandsOf)
