import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { parse } from 'yaml'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const read = (file) => readFileSync(join(root, file), 'utf8')
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
const pages = tracked
  .split('\n')
  .filter((file) => file !== '' && !file.startsWith('docs/api/') && existsSync(join(root, file)))
const runs = (job) => job.steps.map(({ run }) => run).filter(Boolean)
const TEST_COMMAND = 'npx --yes pnpm@10.34.9 test'

it('runs the test command of the README on Node 20, 22 and 24, and the suite in a container', () => {
  expect(read('README.md')).toContain(`\n${TEST_COMMAND}\n`)
  const { jobs } = parse(read('.github/workflows/test.yml'))
  expect(jobs.test.strategy.matrix).toEqual({ node: [20, 22, 24] })
  expect(runs(jobs.test)).toEqual([TEST_COMMAND])
  expect(runs(jobs.containers)).toEqual([`${TEST_COMMAND}:containers`])
})

it('publishes with a version and a release that exist', () => {
  const { jobs } = parse(read('.github/workflows/release.yml'))
  const { with: commands } = jobs.release.steps.find(({ uses = '' }) => uses.startsWith('changesets/'))
  expect(commands.publish).toBe('npx --yes pnpm@10.34.9 release')
  expect(JSON.parse(read('package.json')).scripts.release).toContain('changeset publish')
  expect(JSON.parse(read('.changeset/config.json'))).toMatchObject({ access: 'public' })
})

it('names scripts that exist', () => {
  const { scripts } = JSON.parse(read('package.json'))
  // Commands that pnpm has, or runs from node_modules.
  const own = ['changeset', 'install', 'playwright', 'vitest']
  const named = pages.flatMap((page) =>
    Array.from(
      read(page).matchAll(/(?:`|^|\s)pnpm(?:@[\d.]+)? ([a-z][\w:-]*)/gm),
      ([, script]) => `${page}: ${script}`,
    ),
  )
  expect(named.length).toBeGreaterThan(10)
  expect(named.filter((line) => !own.includes(line.split(': ')[1]) && !(line.split(': ')[1] in scripts))).toEqual([])
})

it('links to files that exist', () => {
  const links = pages.flatMap((page) =>
    Array.from(read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g), ([, link]) => [page, link]),
  )
  expect(links.length).toBeGreaterThan(20)
  expect(links.filter(([page, link]) => !existsSync(join(root, dirname(page), link)))).toEqual([])
})
