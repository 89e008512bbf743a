import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { commandOf, parseCall } from '../../src/lib/cli/main.ts'
import { COMMANDS, INLINE } from './all-commands.ts'
import { AS_THE_APP, BUCKET, PREFIX, variablesOf } from './app-settings.ts'
import { pageAt, ROOT } from './pages.ts'
import { argumentsOf, commandIn, type ShellCommand } from './shell.ts'

const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { readonly scripts: object }

/** What is given to `s3-cache`, as it takes it itself. Undefined for its help, and for other commands. */
async function callOf(command: ShellCommand): Promise<ReturnType<typeof parseCall> | undefined> {
  const [name = '--help', ...args] = argumentsOf(command) ?? []
  if (name === '--help' || name === '…') return undefined
  return parseCall(name, await commandOf(name), args)
}

/** What a command line is refused for; undefined for nothing. */
const refusalOf = (command: ShellCommand): Promise<string | undefined> =>
  callOf(command).then(
    () => undefined,
    (error: unknown) => `${command.page}: ${command.text}: ${String(error)}`,
  )

const refusalsOf = async (commands: readonly ShellCommand[]): Promise<(string | undefined)[]> =>
  (await Promise.all(commands.map(refusalOf))).filter((refusal) => refusal !== undefined)

it('a command of a guide has flags that there are, also where another test runs it', async () => {
  expect(await refusalsOf(COMMANDS)).toEqual([])
})

it('a command within a sentence has flags that there are', async () => {
  const ofOurs = INLINE.filter((command) => argumentsOf(command) !== undefined)
  // Where there is the name alone it is named, not called: one of several actions may be missing.
  const named = ofOurs.filter(({ words }) => words.at(-2) === 's3-cache' && words.at(-1) !== '--help')
  expect(ofOurs.length - named.length).toBeGreaterThan(7)
  expect(await refusalsOf(ofOurs.filter((command) => !named.includes(command)))).toEqual([])
  const names = named.map(({ words }) => words.at(-1) ?? '').filter((name) => name !== '…')
  for (const name of names) await expect(commandOf(name)).resolves.toMatchObject({ flags: expect.any(Object) })
})

it('a script of this repository that a sentence names is there', () => {
  const called = INLINE.flatMap(({ words }) => {
    const index = words.findIndex((word) => /^pnpm(?:@|$)/.test(word))
    return index === -1 ? [] : [words[index + 1] ?? '']
  })
  expect(called.length).toBeGreaterThan(2)
  expect(called.filter((name) => !(name in scripts))).toEqual([])
})

it('a command has the bucket and the prefix of its page, by flags or by variables that the page sets', async () => {
  const unsaid = Object.entries(AS_THE_APP).filter(([path, words]) => !pageAt(path).text.includes(words))
  expect(unsaid).toEqual([])
  const places = COMMANDS.map(async (command) => {
    const call = await callOf(command)
    if (call === undefined) return []
    const variables = variablesOf(command)
    const { bucket = variables['CACHE_S3_BUCKET'], prefix = variables['CACHE_KEY_PREFIX'] } = call.flags
    return bucket === BUCKET && prefix === PREFIX ? [] : [{ page: command.page, text: command.text, bucket, prefix }]
  })
  expect((await Promise.all(places)).flat()).toEqual([])
})

it('sees what is wrong', async () => {
  const refused = async (line: string): Promise<unknown> => await refusalOf(commandIn('page', line, {}))
  expect(await refused('npx s3-cache seed --dist .next')).toMatch('page: npx s3-cache seed --dist .next: UsageError')
  expect(await refused('npx s3-cache gc --dead-after')).toMatch('UsageError')
  expect(await refused('npx s3-cache sed')).toMatch('UsageError')
  expect(await refused('npx s3-cache lifecycle')).toMatch('UsageError')
  expect(await refused('npx s3-cache seed --dist-dir .next')).toBeUndefined()
  expect(variablesOf(commandIn('docs/stores.md', 'npx s3-cache ls --bucket b', {}))).toEqual({})
})
