import { readFileSync } from 'node:fs'
import { InvalidOptionError, messageOf } from '../errors.ts'
import { printable } from '../format.ts'
import { type Command, FAILED, type Io, MISUSED, SUCCEEDED } from './command.ts'
import { describeFlags, type ParsedFlags, parseFlags, UsageError } from './flags.ts'

/** Each is loaded when it is called: most need the AWS SDK, and the help does not. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  ls: async () => (await import('./ls-command.ts')).lsCommand,
  get: async () => (await import('./get-command.ts')).getCommand,
  tags: async () => (await import('./tags-command.ts')).tagsCommand,
  revalidate: async () => (await import('./revalidate-command.ts')).revalidateCommand,
  clear: async () => (await import('./clear-command.ts')).clearCommand,
  prune: async () => (await import('./prune-command.ts')).pruneCommand,
  gc: async () => (await import('./gc-command.ts')).gcCommand,
  seed: async () => (await import('./seed-command.ts')).seedCommand,
  stats: async () => (await import('./stats-command.ts')).statsCommand,
  explore: async () => (await import('./explore-command.ts')).exploreCommand,
  doctor: async () => (await import('./doctor-command.ts')).doctorCommand,
  lifecycle: async () => (await import('./lifecycle-command.ts')).lifecycleCommand,
  policy: async () => (await import('./policy-command.ts')).policyCommand,
}

/** Runs `s3-cache`; resolves with its exit code: 0, 1 where it failed, 2 where it was called wrongly. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const [name = '--help', ...args] = argv
  try {
    if (name === '--help' || name === '-h' || name === 'help') {
      io.write(await describeAll())
      return SUCCEEDED
    }
    if (name === '--version') {
      io.write(`${version()}\n`)
      return SUCCEEDED
    }
    const command = await commandOf(name)
    if (args.includes('--help') || args.includes('-h')) {
      io.write(describe(name, command))
      return SUCCEEDED
    }
    const { flags, action } = parseCall(name, command, args)
    return await command.run(flags, io, action)
  } catch (error) {
    io.complain(`s3-cache: ${printable(messageOf(error))}`)
    return error instanceof UsageError || error instanceof InvalidOptionError ? MISUSED : FAILED
  }
}

/** Throws {@link UsageError} where there is none. */
export async function commandOf(name: string): Promise<Command> {
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (load === undefined) throw new UsageError(`unknown command "${name}"; "s3-cache --help" lists them`)
  return await load()
}

/** What is behind the name of a command. Throws {@link UsageError}. */
export function parseCall(
  name: string,
  { actions, flags }: Command,
  args: readonly string[],
): { readonly action: string; readonly flags: ParsedFlags } {
  const [action = '', ...rest] = actions === undefined ? ['', ...args] : args
  if (actions?.includes(action) === false) {
    throw new UsageError(`which? Give one of ${actions.join(', ')}, as "s3-cache ${name} ${actions[0]}"`)
  }
  return { action, flags: parseFlags(rest, flags) }
}

async function describeAll(): Promise<string> {
  const rows = await Promise.all(
    Object.entries(COMMANDS).map(async ([name, load]) => `  ${name.padEnd(12)}${(await load()).summary}`),
  )
  return `Usage: s3-cache COMMAND [flags]

${rows.join('\n')}

"s3-cache COMMAND --help" says more. Settings are those of the handler: flags, else the environment.
`
}

const describe = (
  name: string,
  { description, flags, actions = [] }: Command,
): string => `Usage: s3-cache ${[name, actions.join('|'), '[flags]'].filter(Boolean).join(' ')}

${description}

${describeFlags(flags)}
`

function version(): string {
  const manifest = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')
  return String((JSON.parse(manifest) as { version: unknown }).version)
}
