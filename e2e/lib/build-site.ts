import { createHash } from 'node:crypto'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { copyHandler } from './build-app.ts'
import { cleanEnv } from './clean-env.ts'
import { saveLog } from './logs.ts'
import { oncePerRun } from './once-per-run.ts'
import { repositoryDir, runFolder } from './run-dir.ts'
import { runToEnd } from './run-to-end.ts'

/** A fixture app of React Router or Remix. */
export interface SiteBuild {
  /** A folder of `e2e/apps`. */
  readonly app: 'react-router-7' | 'remix-2'
  /** Whose dependencies it has in place of its own. */
  readonly dependenciesOf?: 'react-router-8'
  /** Future flags that are on. @default none */
  readonly flags?: readonly string[]
  /** Names another build of the same sources. */
  readonly mark?: string
}

export interface BuiltSite {
  readonly dir: string
  /** The Node that it runs on. */
  readonly node: string
}

/** What builds an app. */
const BUILDERS = {
  'react-router-7': { name: '@react-router/dev', command: 'build' },
  'remix-2': { name: '@remix-run/dev', command: 'vite:build' },
} as const

/** A production build of a copy of a fixture app, once a test run for each set of inputs. */
export function buildSite(options: SiteBuild): Promise<BuiltSite> {
  const { app, dependenciesOf = app, flags = [], mark = '' } = options
  const hash = createHash('sha256')
    .update(JSON.stringify([app, dependenciesOf, flags, mark]))
    .digest('hex')
  const name = `${dependenciesOf}-${hash.slice(0, 12)}`
  return oncePerRun(name, async () => {
    const dir = copySite(app, name, dependenciesOf)
    const node = nodeOf(dependenciesOf)
    const { name: builder, command } = BUILDERS[app]
    const args = [commandOf(dir, builder), command]
    const env = cleanEnv({ FIXTURE_FLAGS: flags.join(' '), VITE_MARK: mark })
    const { code, signal, output } = await runToEnd(node, args, { cwd: dir, env, timeoutMs: 240_000 })
    saveLog({ name: `build-${name}`, text: output })
    if (code !== 0) throw new Error(`The build of ${name} ended with ${signal ?? code}:\n${output}`)
    return { dir, node }
  })
}

function copySite(app: string, name: string, dependenciesOf: string): string {
  const dir = join(runFolder('apps'), name)
  const notSource = new Set(['node_modules', 'build', '.react-router'])
  cpSync(join(repositoryDir, 'e2e/apps', app), dir, {
    recursive: true,
    filter: (path) => !notSource.has(basename(path)),
  })
  copyFileSync(join(repositoryDir, 'e2e/lib/serve.mjs'), join(dir, 'serve.mjs'))
  linkPackages(join(repositoryDir, 'e2e/apps', dependenciesOf, 'node_modules'), join(dir, 'node_modules'), (package_) =>
    package_ === 's3-cache-handler' ? copyHandler(name) : undefined,
  )
  return dir
}

/** Links all packages of a folder into another, but for those that come from elsewhere. */
function linkPackages(from: string, to: string, elsewhere: (name: string) => string | undefined): void {
  mkdirSync(to, { recursive: true })
  for (const name of readdirSync(from).filter((each) => !each.startsWith('.'))) {
    if (name.startsWith('@')) linkPackages(join(from, name), join(to, name), () => undefined)
    else symlinkSync(elsewhere(name) ?? realpathSync(join(from, name)), join(to, name))
  }
}

/** The one that the dependencies ask for, where they bring it along. */
function nodeOf(dependenciesOf: string): string {
  const modules = join(repositoryDir, 'e2e/apps', dependenciesOf, 'node_modules')
  const own = join(modules, `node-${process.platform}-${process.arch}`, 'bin/node')
  return existsSync(own) ? realpathSync(own) : process.execPath
}

/** The script of a package's only command. */
function commandOf(dir: string, name: string): string {
  const folder = join(dir, 'node_modules', name)
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { bin: Record<string, string> }
  const [script] = Object.values(bin)
  if (script === undefined) throw new Error(`${name} has no command`)
  return join(folder, script)
}

/** Writes the types of React Router's routes, which are among its sources. */
export async function writeRouteTypes({ dir, node }: BuiltSite): Promise<void> {
  const args = [commandOf(dir, '@react-router/dev'), 'typegen']
  const { code, output } = await runToEnd(node, args, { cwd: dir, env: cleanEnv() })
  if (code !== 0) throw new Error(output)
}

/** What `tsc` of a version of TypeScript says of a fixture's sources, against the types that are published. */
export async function typeErrorsOf(site: BuiltSite, compiler: string): Promise<string> {
  const { code, output } = await runToEnd(site.node, [compiler, '--noEmit', '--pretty', 'false'], {
    cwd: site.dir,
    env: cleanEnv(),
  })
  return code === 0 ? '' : output
}

/** The `tsc` of TypeScript 5.9, and that of this repository. */
export const compilersOf = ({ dir }: BuiltSite): { readonly five: string; readonly seven: string } => ({
  five: join(dir, 'node_modules/typescript-5/bin/tsc'),
  seven: join(dirname(realpathSync(join(repositoryDir, 'node_modules/typescript/package.json'))), 'bin/tsc'),
})
