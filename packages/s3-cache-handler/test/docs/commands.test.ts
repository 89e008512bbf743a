import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { startLocalS3 } from 'local-s3'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { main } from '../../src/lib/cli/main.ts'
import { createLayout } from '../../src/lib/keys/layout.ts'
import { forgetCaches } from '../forget-caches.ts'
import { putEntries } from '../put-entry.ts'
import { COMMANDS } from './all-commands.ts'
import { BUCKET, PREFIX, variablesOf } from './app-settings.ts'
import { at, listAt } from './manifests.ts'
import { fencesIn, ROOT } from './pages.ts'
import { argumentsOf, commandIn, isOurs, type ShellCommand } from './shell.ts'

/** The doctor measures for some seconds, and the AWS SDK takes its time to load. */
const TIMEOUT_MS = 60_000

/** Commands that another test runs, by its file and its title. Their flags: `command-lines.test.ts`. */
const ELSEWHERE: readonly (readonly [command: RegExp, file: string, title: string])[] = [
  [
    /^npx --yes pnpm@\S+ demo(?: --port \d+)?$/,
    'e2e/demo.spec.ts',
    'the demo command of the README, in a copy without anything installed',
  ],
  [
    /^npx --yes pnpm@\S+ test$/,
    'scripts/lib/public-face.test.mjs',
    'runs the test command of the README on Node 20, 22 and 24',
  ],
  [
    /^npx s3-cache explore\b/,
    'packages/s3-cache-handler/src/lib/cli/explore-command.test.ts',
    'shows what is stored, and clears it, until it is ended',
  ],
  [/^npx s3-cache seed\b/, 'e2e/seed-build.spec.ts', 'the command seeds a build, and says what became of its pages'],
]

const server = await startLocalS3({ buckets: [BUCKET] })
afterAll(() => server.close())
vi.stubEnv('AWS_ACCESS_KEY_ID', 'local')
vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local-secret')

/** A page that was rendered and then invalidated, and what a deployment has left that was last seen a month ago. */
beforeAll(async () => {
  const key = `/route-cache/APP_PAGE/${'0'.repeat(64)}/$/stories/one`
  const value = { kind: 'APP_PAGE', html: '<h1>One</h1>', headers: {}, status: 200 }
  const lifetime = { revalidate: 3600, expire: 31_536_000 }
  await putEntries(server, { bucket: BUCKET, prefix: PREFIX }, [
    { kind: 'page', deployment: 'abc123', key, tags: ['stories'], lifetime, value },
    { kind: 'page', deployment: 'abc122', key: '/old', value },
  ])
  const layout = createLayout(PREFIX)
  const seenAt = Date.now() - 30 * 24 * 60 * 60_000
  await server.import(BUCKET, [
    { key: layout.deploy('abc123') },
    { key: layout.deploy('abc122'), lastModified: seenAt },
  ])
  const revalidate = `npx s3-cache revalidate --bucket ${BUCKET} --prefix ${PREFIX} --tag stories`
  expect(await run(commandIn('', revalidate, {}))).toMatchObject({ code: 0 })
}, TIMEOUT_MS)

async function run(command: ShellCommand): Promise<{ code: number; out: string; err: string }> {
  forgetCaches()
  let [out, err] = ['', '']
  const code = await main(argumentsOf(command) ?? [], {
    env: { ...variablesOf(command), CACHE_S3_ENDPOINT_URL: server.url },
    write: (output) => void (out += String(output)),
    complain: (line) => void (err += `${line}\n`),
    confirm: undefined,
    progress: undefined,
  })
  return { code, out, err }
}

const elsewhere = ({ words }: ShellCommand): boolean => {
  const index = words.indexOf('s3-cache')
  // What runs it, a container perhaps, is not ours.
  const text = (index === -1 ? words : words.slice(index - 1)).join(' ')
  return ELSEWHERE.some(([command]) => command.test(text))
}

const here = [...new Map(COMMANDS.filter((one) => !elsewhere(one)).map((one) => [key(one), one])).values()]

function key({ words, env }: ShellCommand): string {
  return JSON.stringify([words.slice(words.indexOf('s3-cache')), env])
}

describe('a command of a guide', () => {
  it('is run by this test, or by another that is there', () => {
    expect(COMMANDS.length).toBeGreaterThan(30)
    expect(here.filter((command) => argumentsOf(command) === undefined).map(({ text }) => text)).toEqual([])
    const titles = ELSEWHERE.filter(([, file, title]) => !readFileSync(ROOT + file, 'utf8').includes(title))
    expect(titles).toEqual([])
    // Those that are run elsewhere are still on some page.
    expect(ELSEWHERE.filter(([command]) => !COMMANDS.some(({ text }) => command.test(text)))).toEqual([])
  })

  // Before the others, which delete something.
  it.each(fencesIn('console').map(({ page, text }) => [page, ...text.trimEnd().split('\n')]))(
    'prints what is shown: %s: %s',
    async (page = '', line = '', ...shown) => {
      expect(line).toMatch(/^\$ npx s3-cache /)
      const { out } = await run(commandIn(page, line.slice(2), {}))
      expect(out.trimEnd()).toMatch(pattern(shown.join('\n')))
    },
    TIMEOUT_MS,
  )

  it.each(here.map((command) => [command.page, command.text, command] as const))(
    'works: %s: %s',
    async (_page, _text, command) => {
      const { code, err } = await run(command)
      expect([code, err]).toEqual([0, ''])
    },
    TIMEOUT_MS,
  )

  it('fails this test where it does not work', async () => {
    expect(await run(commandIn('', 'npx s3-cache ls --bukcet b', {}))).toMatchObject({ code: 2 })
    expect(isOurs(commandIn('', 'docker run my-app-tools npx s3-cache doctor', {}))).toBe(true)
    expect(isOurs(commandIn('', 'npm install s3-cache-handler', {}))).toBe(false)
  })
})

/** A text in which `…` stands for anything. */
const pattern = (text: string): RegExp =>
  new RegExp(
    `^${text
      .split('…')
      .map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`))
      .join('[^]*?')}$`,
  )

it('the health check of a task ends with 0 where the server answers well, and with 1 where not', async () => {
  const checks = fencesIn('json').flatMap(({ text }) =>
    listAt(JSON.parse(text), 'containerDefinitions').map((container) => listAt(container, 'healthCheck', 'command')),
  )
  expect(checks.length).toBeGreaterThan(0)
  let status = 200
  const web = createServer((_request, response) => response.writeHead(status).end()).listen(0, '127.0.0.1')
  await new Promise((resolve) => void web.once('listening', resolve))
  const { port } = web.address() as AddressInfo
  for (const [how, node, ...args] of checks.map((check) => check.map(String))) {
    expect([how, node]).toEqual(['CMD', 'node'])
    const words = args.map((word) => word.replace(':3000/', `:${port}/`))
    const ended = (): Promise<unknown> =>
      promisify(execFile)(process.execPath, words).then(
        () => 0,
        (error: unknown) => at(error, 'code'),
      )
    status = 200
    expect(await ended()).toBe(0)
    status = 500
    expect(await ended()).toBe(1)
  }
  web.close()
})
