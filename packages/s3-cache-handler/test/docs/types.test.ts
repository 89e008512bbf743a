import { execFile } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, it } from 'vitest'
import { FOREIGN_TYPES } from './foreign-types.ts'
import { type Fence, fencesIn, ROOT } from './pages.ts'

const isOperator =
  "const isOperator = async ({ headers } = new Request('http://localhost')) => headers.has('authorization')"

/** What the readers of a page have already, by its name: in front of each block that uses it. */
const GIVEN: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'README.md': {
    slug: `const slug = 'hello'`,
    db: `const db = { post: async (slug = '') => ({ slug }), user: async (id = 0) => ({ id }) }`,
    isOperator,
  },
  'docs/http.md': {
    app: `import { Hono } from 'hono'\nconst app = new Hono()`,
    cache: `import { createS3Cache } from 's3-cache-handler/cache'\nconst cache = createS3Cache()`,
    pages: `import { createResponseCache } from 's3-cache-handler/http'\nconst pages = createResponseCache(cache)`,
    products: `const products = ['herring']`,
    request: `const request = new Request('http://localhost')`,
    waitUntil: 'const waitUntil = (...promises: Promise<unknown>[]) => void promises',
  },
  'docs/react-router.md': {
    db: `const db = {
  post: async (slug = '') => ({ slug }),
  comments: async (slug = '') => [slug],
  save: async (slug = '', form = new FormData()) => void [slug, form],
  user: async (id = '') => ({ id }),
  flags: async (shop = '') => [shop],
}`,
  },
  'docs/explorer.md': {
    isOperator,
    readSession: 'const readSession = async (cookie) => (cookie === null ? undefined : { roles: [cookie] })',
  },
}

/** Their files, beside those of the page. */
const FILES: Readonly<Record<string, string>> = {
  'docs/explorer.md/app/cache.ts': `import { createS3Cache } from 's3-cache-handler/cache'
export const cache = createS3Cache()
`,
  'README.md/app/cache.server.ts': `import { createS3Cache } from 's3-cache-handler/cache'
export const cache = createS3Cache()
export const db = { post: async (slug: string) => ({ slug }), comments: async (slug: string) => [slug] }
`,
  'docs/react-router.md/app/routes/+types/post.ts': routeTypes('{ readonly slug: string }'),
  'docs/react-router.md/app/routes/+types/blog.ts': routeTypes('{}'),
  'docs/react-router.md/app/routes/+types/user.ts': routeTypes('{ readonly id: string }'),
  'docs/react-router.md/app/+types/root.ts': routeTypes('{}'),
  'docs/react-router.md/build/server/index.js': `export const assets = { version: '1' }\n`,
}

/** As React Router makes them. */
function routeTypes(params: string): string {
  const args = `{ readonly request: Request; readonly params: ${params}; readonly context: unknown }`
  return `export namespace Route {
  export type LoaderArgs = ${args}
  export type ActionArgs = ${args}
  export type MiddlewareFunction = (args: ${args}, next: () => Promise<Response>) => Promise<Response>
  export type HeadersFunction = () => HeadersInit
}
`
}

/** Inside the package, where Next is found. */
const folder = join(ROOT, 'packages/s3-cache-handler/.tmp', `docs-${process.pid}`)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const source = (name: string): string[] => [`../../src/${name}.ts`]

/** As an app has it. */
const TSCONFIG = {
  compilerOptions: {
    strict: true,
    allowJs: true,
    checkJs: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    module: 'preserve',
    moduleResolution: 'bundler',
    target: 'ES2023',
    lib: ['ES2023', 'DOM', 'DOM.Iterable'],
    types: ['node'],
    jsx: 'preserve',
    paths: {
      's3-cache-handler': source('index'),
      's3-cache-handler/*': source('*'),
    },
  },
  include: ['**/*'],
}

/** What is JavaScript is checked, too, but for what says nothing of its type. */
const IMPLICIT_ANY_IN_JAVASCRIPT = /^\S+\.m?js\(\d+,\d+\): error TS70\d\d:/

/** The file that a block becomes, without the extension that its language gives it. */
interface File {
  readonly path: string
  readonly text: string
}

const blocks = [...fencesIn('js', 'ts', 'tsx'), ...fencesIn('diff').map(applied)]

/** The file after the change. */
function applied({ page, text }: Fence): Fence {
  const lines = text.split('\n').filter((line) => !line.startsWith('-'))
  return { page, language: 'js', text: lines.map((line) => line.slice(1)).join('\n') }
}

/** Blocks that name a file are that file, beside the others of their page, unless there is one already. */
function filesOf(fences: readonly Fence[]): File[] {
  const files = new Map<string, string>()
  for (const [index, { page, language, text }] of fences.entries()) {
    const name = /^\/\/ (\S+\.\w+)/.exec(text)?.[1]
    // A module in any case, whose names are its own.
    const body = `${givenTo(page, text)}${text}\nexport {}\n`
    const own = name === undefined ? `block-${index}.${language}` : `${page}/${name}`
    const path = name !== undefined && files.has(own) ? `${page}/block-${index}/${name}` : own
    files.set(name === undefined ? `${page}/${path}` : path, body)
  }
  return Array.from(files, ([path, text]) => ({ path, text }))
}

const givenTo = (page: string, text: string): string =>
  Object.entries(GIVEN[page] ?? {})
    .filter(([name]) => new RegExp(String.raw`(?<!\.)\b${name}\b`).test(text))
    // But what the block has of its own.
    .filter(([name]) => !new RegExp(String.raw`^(const|import \{[^}]*) ?\b${name}\b`, 'm').test(text))
    .map(([, code]) => `${code}\n`)
    .join('')

/** What the compiler complains of in these files; what it finds in the package itself is told elsewhere. */
async function complaintsOf(files: readonly File[]): Promise<string[]> {
  rmSync(folder, { recursive: true, force: true })
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  writeFileSync(join(folder, 'foreign.d.ts'), FOREIGN_TYPES)
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG))
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  const ended = promisify(execFile)(process.execPath, [tsc, '-p', folder], { cwd: folder })
  const output = await ended.then(
    () => '',
    ({ stdout }: { stdout: string }) => stdout,
  )
  return output
    .split('\n')
    .filter((line) => files.some(({ path }) => line.startsWith(`${path}(`)))
    .filter((line) => !IMPLICIT_ANY_IN_JAVASCRIPT.test(line))
}

it('has the types that it uses, in every block of TypeScript and JavaScript', { timeout: 60_000 }, async () => {
  const files = filesOf(blocks)
  expect(files.length).toBe(blocks.length)
  expect(files.length).toBeGreaterThan(20)
  const untyped = 'export const same = (value) => value\n'
  const wrong = {
    path: 'wrong.js',
    text: `import { seedBuild } from 's3-cache-handler'\nawait seedBuild({ distDri: '' })\n${untyped}`,
  }
  // Those that are wrong on purpose show that the compiler looks.
  const given = Object.entries(FILES).map(([path, text]) => ({ path, text }))
  const complaints = await complaintsOf([...files, ...given, wrong, { path: 'untyped.ts', text: untyped }])
  expect(complaints).toEqual([
    expect.stringMatching(/^untyped\.ts\(1,\d+\): error TS7006: .*value/),
    expect.stringMatching(/^wrong\.js\(2,\d+\): error TS\d+: .*distDri/),
  ])
})
