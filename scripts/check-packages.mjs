// Checks the published package as its users get it: `check-packages.mjs [--report FILE]`.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runChecks } from './lib/checks.mjs'
import { importGraph } from './lib/import-graph.mjs'
import { packageDir, withPacked } from './lib/pack.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const manifest = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8'))
const dist = (name) => join(packageDir, 'dist', name)

const NEXT_ENTRIES = ['index.js', 'config.js']
/** What any Node program imports. */
const ENTRIES = [
  ...NEXT_ENTRIES,
  'cache.js',
  'cachified.js',
  'http.js',
  'react-router.js',
  'testing.js',
  'explorer.js',
  'telemetry.js',
  'opentelemetry.js',
]
/** Of one entry alone: whoever imports another needs none of it. */
const OPENTELEMETRY = '@opentelemetry/api'
/** A library whose types alone are used, by one entry. */
const CACHIFIED = '@epic-web/cachified'
const STORES = ['@aws-sdk/client-s3', 'undici']
/** A framework or a test runner that is none of theirs. */
const FOREIGN = {
  'index.js': ['vitest', 'devalue', OPENTELEMETRY, CACHIFIED],
  'config.js': ['vitest', 'devalue', OPENTELEMETRY, CACHIFIED],
  'cache.js': ['vitest', 'next', 'react', OPENTELEMETRY, CACHIFIED],
  'cachified.js': ['vitest', 'next', 'react', OPENTELEMETRY, CACHIFIED],
  // They are given a cache, and open none.
  'http.js': ['vitest', 'next', 'react', 'react-router', '@aws-sdk/client-s3', OPENTELEMETRY, CACHIFIED],
  'react-router.js': ['vitest', 'next', 'react', 'react-router', '@aws-sdk/client-s3', OPENTELEMETRY, CACHIFIED],
  'testing.js': ['next', 'react', 'devalue', '@aws-sdk/client-s3', OPENTELEMETRY, CACHIFIED],
  'telemetry.js': ['vitest', 'next', 'react', 'devalue', ...STORES, OPENTELEMETRY, CACHIFIED],
  'opentelemetry.js': ['vitest', 'next', 'react', 'devalue', ...STORES, CACHIFIED],
  // It is given a cache, and opens none; what the data cache has stored it has to read.
  'explorer.js': ['vitest', 'next', 'react', '@aws-sdk/client-s3', OPENTELEMETRY, CACHIFIED],
}
const ALLOWED_IN_TARBALL = /^(dist\/.+|README\.md|LICENSE|CHANGELOG\.md|package\.json)$/
/** A server, a terminal or other processes: what a command needs and a cache handler does not. */
const SERVER_BUILTINS = ['node:http', 'node:https', 'node:http2', 'node:net', 'node:readline', 'node:child_process']
const COMMANDS = /(^|\/)(bin|cli)(\.js$|\/)/
/** The commands, and the pages of the explorer. */
const PAGES = /(^|\/)(bin|cli|explorer)(\.js$|\/)/
/** What tests run a fleet with. */
const INSTANCES = 'node:child_process'

const { report } = parseArgs({ options: { report: { type: 'string' } } }).values

process.exitCode = await withPacked(({ tarball, paths }) =>
  runChecks(
    [
      { name: 'publint --strict', problems: () => complaintsOf('publint', ['--strict', tarball]) },
      { name: 'attw --profile esm-only', problems: () => complaintsOf('attw', [tarball, '--profile', 'esm-only']) },
      {
        name: 'the tarball holds dist, README, LICENSE and package.json only',
        problems: () => strangersInTarball(paths),
      },
      { name: 'the entries use declared dependencies only', problems: undeclaredPackages },
      { name: 'the entries pull in no server and no command', problems: serverCode },
      { name: 'no entry pulls in what belongs to another', problems: foreignPackages },
      { name: 'no other entry needs the types of cachified', problems: namesOfCachified },
      { name: 'the static imports of the handler are safe on edge', problems: unsafeOnEdge },
    ],
    report,
  ),
)

function complaintsOf(tool, args) {
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules/.bin', tool), args, { encoding: 'utf8' })
  return status === 0 ? [] : `${stdout}\n${stderr}`.trim().split('\n')
}

function undeclaredPackages() {
  const declared = new Set([...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)])
  return eachEntry(({ packages }) => [...packages].filter((name) => !declared.has(name)))
}

function foreignPackages() {
  return eachEntry(({ packages }, entry) => FOREIGN[entry].filter((name) => packages.has(name)))
}

function namesOfCachified() {
  const declarations = readdirSync(dist('.'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.d.ts'),
  )
  const others = declarations.filter((file) => file !== 'cachified.d.ts' && dirname(file) !== join('lib', 'cachified'))
  return others.filter((file) => readFileSync(dist(file), 'utf8').includes(CACHIFIED))
}

function serverCode() {
  return eachEntry(({ builtins, files }, entry) => [
    ...SERVER_BUILTINS.filter((name) => builtins.has(name) && !(entry === 'testing.js' && name === INSTANCES)),
    ...[...files].filter((file) => (entry === 'explorer.js' ? COMMANDS : PAGES).test(relative(packageDir, file))),
  ])
}

/** @param {(graph: import('./lib/import-graph.mjs').ImportGraph, entry: string) => string[]} problemsOf */
function eachEntry(problemsOf) {
  return ENTRIES.flatMap((entry) =>
    problemsOf(importGraph(dist(entry), { dynamic: true }), entry).map((problem) => `${entry}: ${problem}`),
  )
}

/** Next bundles the handler into every edge function; the rest may only come by `import()`. */
function unsafeOnEdge() {
  const { packages, builtins } = importGraph(dist('index.js'), { dynamic: false })
  return [...packages, ...builtins]
}

function strangersInTarball(paths) {
  const missing = ['package.json', 'README.md', 'LICENSE', 'dist/index.js'].filter((path) => !paths.includes(path))
  const strangers = paths.filter((path) => !ALLOWED_IN_TARBALL.test(path) || /\.test\.|\.tsbuildinfo$/.test(path))
  return [...strangers.map((path) => `must not be there: ${path}`), ...missing.map((path) => `missing: ${path}`)]
}
