import { type Command, SUCCEEDED } from './command.ts'
import { wholeNumberOf } from './flags.ts'
import { openPlace } from './place.ts'
import { serveExplorer } from './serve-explorer.ts'
import { SETTING_FLAGS } from './settings.ts'

const MAX_PORT = 65_535

export const exploreCommand: Command = {
  summary: 'show what is cached in a browser, until Ctrl-C',
  description: `Prints the address of a page on this machine: what is stored, why an entry is not fresh, what each tag has done; and
to revalidate, delete and clear. It is answered on 127.0.0.1 alone, and the address holds a secret. What an instance
serves and costs is told by the explorer that is mounted in the app: see docs/explorer.md.`,
  flags: {
    ...SETTING_FLAGS,
    port: { value: 'NUMBER', help: 'the port to listen on; by default any that is free' },
  },
  async run(flags, io) {
    const port = wholeNumberOf(flags, 'port', 0, MAX_PORT) ?? 0
    const server = await serveExplorer(openPlace(flags, io), port)
    io.write(`${server.url}\n`)
    io.complain('Whoever has this address may see and delete what is cached. Ctrl-C ends it.')
    await io.untilEnded?.()
    await server.close()
    return SUCCEEDED
  },
}
