import { fencesOf, type Page, proseOf } from './pages.ts'

/** A command as a reader would type it. */
export interface ShellCommand {
  readonly page: string
  readonly text: string
  /** The variables that it has, of its own line and of the page's `export` lines so far. */
  readonly env: Readonly<Record<string, string>>
  /** Without those, and without what comes behind a `>`, a `|` or a `&&`. */
  readonly words: readonly string[]
}

const WORD = /(?:[^\s"']|"(?:\$\([^)]*\)|[^"])*"|'[^']*')+/g
const ASSIGNMENT = /^([A-Za-z_]\w*)=(.*)$/s

/** The commands of a page's blocks, in order: one for each line that a shell would run. */
export function commandsOf(page: Page): ShellCommand[] {
  const exported: Record<string, string> = {}
  const lines = fencesOf(page)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.replaceAll('\\\n', ' ').split('\n').filter(Boolean))
  return lines.flatMap((text) => {
    const command = commandIn(page.path, text, exported)
    if (command.words.length > 0) return [command]
    Object.assign(exported, command.env)
    return []
  })
}

/** Those within a page's sentences that call `s3-cache` or `pnpm`. Of some there is the name alone. */
export const inlineCommandsOf = (page: Page): ShellCommand[] =>
  Array.from(proseOf(page).matchAll(/`([^`\n]+)`/g), ([, text = '']) => commandIn(page.path, text, {})).filter(
    (command) => command.words.length > 1 && isOurs(command),
  )

/** One line. Of `export` and of assignments alone there are no words. */
export function commandIn(page: string, text: string, exported: Readonly<Record<string, string>>): ShellCommand {
  const all = text.match(WORD) ?? []
  const end = all.findIndex((word) => ['>', '|', '&&', '#'].includes(word))
  const [first = '', ...rest] = end === -1 ? all : all.slice(0, end)
  const words = first === 'export' ? rest : [first, ...rest]
  const from = words.findIndex((word) => !ASSIGNMENT.test(word))
  const assigned = (from === -1 ? words : words.slice(0, from)).map((word) => {
    const [, name = '', value = ''] = ASSIGNMENT.exec(word) ?? []
    return [name, unquoted(value, exported)] as const
  })
  const env = { ...exported, ...Object.fromEntries(assigned) }
  return { page, text, env, words: from === -1 ? [] : words.slice(from).map((word) => unquoted(word, env)) }
}

const unquoted = (word: string, env: Readonly<Record<string, string>>): string =>
  word.replaceAll(/'([^']*)'|"((?:\$\([^)]*\)|[^"])*)"|([^'"]+)/g, (_, single, double, plain) =>
    single === undefined ? expanded(String(double ?? plain), env) : String(single),
  )

const expanded = (text: string, env: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\$(\w+)/g, (_, name: string) => env[name] ?? '')

/** What a command gives `s3-cache`, also where a container runs it; undefined where it does not call it. */
export function argumentsOf({ words }: Pick<ShellCommand, 'words'>): readonly string[] | undefined {
  const index = words.indexOf('s3-cache')
  const isCalled = index === 0 || words[index - 1] === 'npx'
  return index === -1 || !isCalled ? undefined : words.slice(index + 1)
}

/** Whether a command is of this repository, so that a test has to run it. */
export const isOurs = (command: ShellCommand): boolean =>
  argumentsOf(command) !== undefined || ['node', 'pnpm'].includes(command.words[0] ?? '') || /pnpm@/.test(command.text)
