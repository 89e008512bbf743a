// Makes docs/api from the docstrings, one page an entry point: `make.mjs [--check]`. With --check nothing is written, and
// pages that are not as they would be made are an error.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Application } from 'typedoc'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const packageDir = join(root, 'packages/s3-cache-handler')
const target = join(root, 'docs/api')
const { check } = parseArgs({ options: { check: { type: 'boolean', default: false } } }).values

const manifest = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8'))
/** The source of each entry of `exports`, by the name that its page has. */
const entries = Object.keys(manifest.exports)
  .filter((name) => name !== './package.json')
  .map((name) => (name === '.' ? 'index' : name.slice(2)))

const made = mkdtempSync(join(tmpdir(), 'api-docs-'))
try {
  await make(made)
  if (check) compare(made)
  else replace(made)
} finally {
  rmSync(made, { recursive: true, force: true })
}

async function make(out) {
  const app = await Application.bootstrapWithPlugins({
    name: 's3-cache-handler',
    // By its place: typedoc would look for it where the command was called.
    plugin: [fileURLToPath(import.meta.resolve('typedoc-plugin-markdown'))],
    outputs: [{ name: 'markdown', path: out }],
    entryPoints: entries.map((name) => join(packageDir, 'src', `${name}.ts`)),
    tsconfig: join(root, 'tools/api-docs/tsconfig.json'),
    readme: 'none',
    disableSources: true,
    hidePageHeader: true,
    hideBreadcrumbs: true,
    excludeExternals: true,
    excludePrivate: true,
    router: 'module',
    mergeReadme: true,
    entryFileName: 'README.md',
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
    classPropertiesFormat: 'table',
    groupOrder: ['Functions', 'Variables', 'Interfaces', 'Type Aliases', 'Classes'],
    expandObjects: true,
    typeAliasPropertiesFormat: 'table',
    useCodeBlocks: true,
    sort: ['source-order'],
    validation: { notExported: false, invalidLink: true },
    logLevel: 'Warn',
  })
  const project = await app.convert()
  if (project === undefined) throw new Error('The sources do not compile: see above')
  await app.generateOutputs(project)
}

function replace(out) {
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target, { recursive: true })
  for (const [name, text] of read(out)) writeFileSync(join(target, name), text)
}

function compare(out) {
  const [wanted, present] = [read(out), read(target)]
  const names = new Set([...wanted.keys(), ...present.keys()])
  const wrong = [...names].filter((name) => wanted.get(name) !== present.get(name))
  if (wrong.length === 0) return
  console.error(`docs/api is not what the docstrings say: ${wrong.join(', ')}. Mend it by: pnpm docs:api`)
  process.exitCode = 1
}

/** @returns {Map<string, string>} */
function read(folder) {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.md')) : []
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}
