import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { cleanEnv } from './clean-env.ts'
import { saveLog } from './logs.ts'
import { nextVersionOf, otherDependencies, printedVersions } from './next-version.ts'
import { oncePerRun } from './once-per-run.ts'
import { repositoryDir, runFolder } from './run-dir.ts'
import { runToEnd } from './run-to-end.ts'

export interface AppBuild {
  /** A folder of `e2e/apps`. */
  readonly app: 'isr' | 'tiny' | 'edge' | 'prerendered' | 'cache-components' | 'corners'
  /** Read by the app's `next.config`, at the build and again at the start of every instance. */
  readonly env?: Readonly<Record<string, string>>
  readonly bundler?: 'turbopack' | 'webpack'
  /** Whose dependencies it has in place of its own: those of another version of Next. */
  readonly dependenciesOf?: 'next-15'
}

export interface BuiltApp {
  readonly dir: string
  readonly env: Readonly<Record<string, string>>
  /** Next's `BUILD_ID`. */
  readonly id: string
  readonly log: string
}

/** `next build` of a copy of a fixture app, once a test run for each set of inputs. */
export function buildApp(options: AppBuild): Promise<BuiltApp> {
  const { app, env = {}, bundler = 'turbopack', dependenciesOf = otherDependencies ?? app } = options
  const { S3_CACHE_MUTANT, S3_CACHE_USE_CACHE_MUTANT } = process.env
  const fullEnv = {
    ...env,
    ...(S3_CACHE_MUTANT && { S3_CACHE_MUTANT }),
    ...(S3_CACHE_USE_CACHE_MUTANT && { S3_CACHE_USE_CACHE_MUTANT }),
  }
  const hash = createHash('sha256')
    .update(JSON.stringify([app, fullEnv, bundler, dependenciesOf]))
    .digest('hex')
    .slice(0, 12)
  const name = `${app}-${hash}`
  return oncePerRun(name, async () => {
    const dir = copyApp(app, name, dependenciesOf)
    // Next 15 knows no name for webpack, which is its default.
    const flags = dependenciesOf === 'next-15' && bundler === 'webpack' ? [] : [`--${bundler}`]
    const args = [join(dir, 'node_modules/next/dist/bin/next'), 'build', ...flags]
    const { code, signal, output } = await runToEnd(process.execPath, args, { cwd: dir, env: cleanEnv(fullEnv) })
    saveLog({ name: `build-${name}`, text: output })
    if (code !== 0) throw new Error(`"next build" of ${name} ended with ${signal ?? code}:\n${output}`)
    const version = nextVersionOf(dependenciesOf)
    if (printedVersions(output)[0] !== version) throw new Error(`${name} was not built by Next ${version}:\n${output}`)
    const id = readFileSync(join(dir, '.next/BUILD_ID'), 'utf8')
    return { dir, env: fullEnv, id, log: output }
  })
}

/** Inside the repository, where Turbopack finds the workspace's root and therefore its packages. */
function copyApp(app: string, name: string, dependenciesOf: string): string {
  const source = join(repositoryDir, 'e2e/apps', app)
  const dependencies = join(repositoryDir, 'e2e/apps', dependenciesOf, 'node_modules')
  const dir = join(runFolder('apps'), name)
  const notSource = new Set(['node_modules', '.next'])
  cpSync(source, dir, { recursive: true, filter: (path) => !notSource.has(basename(path)) })
  const modules = join(dir, 'node_modules')
  mkdirSync(modules)
  for (const dependency of ['next', 'react', 'react-dom']) {
    link(join(dependencies, dependency), join(modules, dependency))
  }
  const next = dependenciesOf === app ? undefined : join(dependencies, 'next')
  symlinkSync(copyHandler(name, next), join(modules, 's3-cache-handler'))
  return dir
}

/**
 * A copy, so that another build of the package does not pull the files away from under a running server.
 * @param next What it finds as its peer. @default the package's own
 */
export function copyHandler(name: string, next?: string): string {
  const source = join(repositoryDir, 'packages/s3-cache-handler')
  const copy = runFolder(join('handlers', name))
  for (const part of ['package.json', 'dist']) cpSync(join(source, part), join(copy, part), { recursive: true })
  const modules = join(copy, 'node_modules')
  if (next === undefined) {
    symlinkSync(join(source, 'node_modules'), modules)
    return copy
  }
  linkPackages(join(source, 'node_modules'), modules)
  rmSync(join(modules, 'next'))
  link(next, join(modules, 'next'))
  return copy
}

function linkPackages(from: string, to: string): void {
  mkdirSync(to)
  for (const name of readdirSync(from)) {
    const isScope = name.startsWith('@')
    if (isScope) linkPackages(join(from, name), join(to, name))
    else link(join(from, name), join(to, name))
  }
}

/** To where a chain of links ends: Turbopack before 16.4 follows one link, and not two. */
const link = (target: string, path: string): void => symlinkSync(realpathSync(target), path)
