import { join } from 'node:path'
import { cleanEnv } from './lib/clean-env.ts'
import { expectFollows } from './lib/expect-follows.ts'
import type { Fleet } from './lib/fleet.ts'
import { expectUntouched, renderedOnBoth } from './lib/rendered-on-both.ts'
import { repositoryDir } from './lib/run-dir.ts'
import { type Ended, runToEnd } from './lib/run-to-end.ts'
import { expect, test } from './lib/test.ts'
import type { Visit } from './lib/visit.ts'

/** `s3-cache` as an operator runs it: a process of its own, which knows of the fleet what its bucket tells. */
const BIN = join(repositoryDir, 'packages/s3-cache-handler/dist/bin.js')
const command = ({ env }: Fleet, ...args: string[]): Promise<Ended> =>
  runToEnd(process.execPath, [BIN, ...args], {
    cwd: repositoryDir,
    env: cleanEnv({ NODE_NO_WARNINGS: '1', ...env }),
  })

async function followers(fleet: Fleet, path: string, old: Visit, acknowledgedAt: number): Promise<readonly Visit[]> {
  const { a, b, tagRefreshMs } = fleet
  return await Promise.all(
    [a, b].map((instance) => expectFollows(instance, { path, old, acknowledgedAt, tagRefreshMs })),
  )
}

test('a running fleet follows `revalidate`, by tag and by path', async ({ fleet }) => {
  const paths = ['/tagged/command-tag', '/forever/command-path', '/legacy/command-path']
  const olds: Visit[] = []
  for (const path of paths) olds.push(await renderedOnBoth(fleet, path))
  await renderedOnBoth(fleet, '/tagged/command-kept')
  const args = ['--tag', 'tag-command-tag', '--path', '/forever/command-path', '--path', '/legacy/command-path']
  expect(await command(fleet, 'revalidate', ...args)).toMatchObject({ code: 0 })
  const acknowledgedAt = performance.now()
  await Promise.all(paths.map((path, index) => followers(fleet, path, olds[index] as Visit, acknowledgedAt)))
  await expectUntouched(fleet, '/tagged/command-kept')
})

test('a running fleet follows `clear`, and finds the entries gone from the bucket', async ({ fleet }) => {
  const path = '/forever/command-cleared'
  const old = await renderedOnBoth(fleet, path)
  await renderedOnBoth(fleet, '/forever/command-cleared-not')
  const cleared = await command(fleet, 'clear', '--path', path, '--whole-bucket', '--yes', '--json')
  const acknowledgedAt = performance.now()
  expect(cleared).toMatchObject({ code: 0 })
  expect(JSON.parse(cleared.output)).toMatchObject({ entries: 1, deleted: 1 })
  await followers(fleet, path, old, acknowledgedAt)
  await expectUntouched(fleet, '/forever/command-cleared-not')
})

test('`get` tells what the fleet serves, and prints the same HTML', async ({ fleet }) => {
  const path = '/tagged/command-shown'
  await renderedOnBoth(fleet, path)
  const shown = await command(fleet, 'get', '--path', path, '--json')
  expect(JSON.parse(shown.output)).toMatchObject({
    path,
    state: 'fresh',
    reasons: [],
    contentType: 'text/html; charset=utf-8',
  })
  const html = await command(fleet, 'get', '--path', path, '--html')
  expect(html.output).toBe(await (await fetch(fleet.b.url + path)).text())
})

test('at a terminal it asks before it deletes, and in colours', async ({ fleet }) => {
  const path = '/forever/command-asked'
  const old = await renderedOnBoth(fleet, path)
  const clear = ['clear', '--path', path, '--whole-bucket']
  const refused = await atTerminal(fleet, 'n\n', ...clear)
  expect(refused.output).toMatch(/Delete 1 entry, [\d.]+ K?B\? \[y\/N\]/)
  expect([refused.code, refused.output]).toEqual([1, expect.stringContaining('Nothing was deleted.')])
  for (const instance of [fleet.a, fleet.b]) {
    expect(await instance.visit(path)).toMatchObject({ cache: 'HIT', render: old.render })
  }
  const done = await atTerminal(fleet, 'y\n', ...clear)
  const acknowledgedAt = performance.now()
  expect([done.code, done.output]).toEqual([0, expect.stringContaining('Deleted 1.')])
  await followers(fleet, path, old, acknowledgedAt)

  const green = '\u001B[32mok'
  expect((await atTerminal(fleet, '', 'doctor')).output).toContain(green)
  expect((await command(fleet, 'doctor')).output).not.toContain(green)
})

/** As a person runs it, who types this: `script` of util-linux makes the terminal. */
const atTerminal = ({ env }: Fleet, typed: string, ...args: string[]): Promise<Ended> =>
  runToEnd('script', ['-qec', [process.execPath, BIN, ...args].map((arg) => `'${arg}'`).join(' '), '/dev/null'], {
    cwd: repositoryDir,
    env: cleanEnv({ NODE_NO_WARNINGS: '1', TERM: 'xterm-256color', ...env }),
    input: typed,
  })
