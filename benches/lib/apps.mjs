import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

/**
 * A folder below the repository, for as long as `use` takes.
 * @template T
 * @param {string} name
 * @param {(dir: string) => T | Promise<T>} use
 */
export async function withFolder(name, use) {
  mkdirSync(join(root, '.tmp'), { recursive: true })
  const dir = mkdtempSync(join(root, '.tmp', `${name}-`))
  try {
    return await use(dir)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/**
 * Puts an app into a folder of its own, whose dependencies are there already or are linked from another one's.
 * @param {string} app
 * @param {string} dir
 * @param {string} [dependenciesOf]
 */
export function copyApp(app, dir, dependenciesOf) {
  const skipped = /\/(node_modules|\.next[^/]*)(\/|$)/
  const source = join(root, app)
  cpSync(source, dir, { recursive: true, filter: (path) => !skipped.test(path.slice(source.length)) })
  if (dependenciesOf !== undefined) link(join(root, dependenciesOf, 'node_modules'), join(dir, 'node_modules'))
}

/** Each to where a chain of links ends, which Turbopack does not follow. */
function link(from, to) {
  mkdirSync(to)
  for (const name of readdirSync(from).filter((name) => !name.startsWith('.'))) {
    if (name.startsWith('@')) link(join(from, name), join(to, name))
    else symlinkSync(realpathSync(join(from, name)), join(to, name))
  }
}

/**
 * What the fixture app makes its prose of: the documentation of this repository.
 * @param {string} dir
 */
export function writeSourceText(dir) {
  const pages = ['docs', 'decisions'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(root, folder, name)),
  )
  const prose = [join(root, 'README.md'), ...pages].map((path) =>
    readFileSync(path, 'utf8').replaceAll(/^[|`].*$/gm, ''),
  )
  const path = join(dir, 'source.txt')
  writeFileSync(path, prose.join('\n'))
  return path
}

/**
 * `next build`, by the Node of this process.
 * @param {string} dir
 * @param {Record<string, string>} env
 */
export async function buildApp(dir, env) {
  const child = spawn(process.execPath, [join(dir, 'node_modules/next/dist/bin/next'), 'build'], {
    cwd: dir,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production', ...env },
  })
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  if (code !== 0) throw new Error(`"next build" in ${dir} ended with ${code}:\n${stdout}${stderr}`)
}
