import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pnpmCommand } from '../scripts/lib/pnpm.mjs'
import type { Bucket } from './lib/bucket.ts'
import { cleanEnv } from './lib/clean-env.ts'
import { saveLog } from './lib/logs.ts'
import { nextOnOldestNode, OLDEST_NODE, OLDEST_NODE_PACKAGE, oldestNodeIn } from './lib/oldest-node.ts'
import { outsideWorkspace } from './lib/outside.ts'
import { renderOn } from './lib/render-on.ts'
import { repositoryDir, runFolder } from './lib/run-dir.ts'
import { runToEnd } from './lib/run-to-end.ts'
import type { Stage } from './lib/stage.ts'
import { expect, test } from './lib/test.ts'

test.describe.configure({ timeout: 240_000 })

const BARE = `{ cacheHandler: HANDLER, cacheMaxMemorySize: 0 }`
const CJS = `module.exports = ${BARE.replace('HANDLER', `require.resolve('s3-cache-handler')`)}`
const ESM = `export default ${BARE.replace('HANDLER', `import.meta.resolve('s3-cache-handler')`)}`
const TYPESCRIPT = `
import type { NextConfig } from 'next'
import { withS3Cache, type ScalarOptions } from 's3-cache-handler/config'

const config: NextConfig = { poweredByHeader: false }
const options: ScalarOptions = { prefix: 'typescript/' }
export default withS3Cache(config, options)
`
const TSCONFIG = {
  compilerOptions: { strict: true, noEmit: true, module: 'esnext', moduleResolution: 'bundler', jsx: 'preserve' },
  include: ['next.config.ts'],
}

test('installed by npm, the tarball works from a CommonJS config on the oldest Node, and from an ESM config', async ({
  stage,
}) => {
  await outsideWorkspace(async (dir) => {
    await createProject(dir, { [OLDEST_NODE_PACKAGE]: OLDEST_NODE })
    writeFileSync(join(dir, '.npmrc'), 'engine-strict=true\naudit=false\nfund=false\n')
    await run(dir, 'npm', ['install', '--prefer-offline'])

    const bucket = await stage.bucket()
    writeFileSync(join(dir, 'next.config.js'), CJS)
    expect(await run(dir, oldestNodeIn(dir), ['--version'])).toContain(`v${OLDEST_NODE}`)
    await build(dir, bucket, { nextBin: nextOnOldestNode(dir) })
    expect(bucket.requests.count()).toBe(0)
    await expectShared(stage, dir, bucket, { slug: 'commonjs', nextBin: nextOnOldestNode(dir) })

    rmSync(join(dir, 'next.config.js'))
    writeFileSync(join(dir, 'next.config.mjs'), ESM)
    const before = bucket.requests.count()
    await build(dir, bucket, { env: { CACHE_STORE_DURING_BUILD: '1' } })
    // The control of the build that did not touch the bucket: this one was asked to.
    expect(bucket.requests.count()).toBeGreaterThan(before)
    await expectShared(stage, dir, bucket, { slug: 'esm' })
  })
})

test('installed by pnpm, the tarball works from a TypeScript config', async ({ stage }) => {
  await outsideWorkspace(async (dir) => {
    await createProject(dir, fromCatalog('typescript', '@types/node', '@types/react'))
    const [pnpm, ...args] = pnpmCommand()
    await run(dir, pnpm, [...args, 'install', '--prefer-offline', '--config.engine-strict=true'])

    const bucket = await stage.bucket()
    writeFileSync(join(dir, 'next.config.ts'), TYPESCRIPT)
    writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify(TSCONFIG))
    await build(dir, bucket)
    await expectShared(stage, dir, bucket, { slug: 'typescript' })
    expect(bucket.requests.count({ operation: 'PutObject', keyPrefix: 'typescript/v1/' })).toBeGreaterThan(0)
  })
})

interface BuildOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly nextBin?: string
}

interface SharedOptions {
  readonly slug: string
  readonly nextBin?: string
}

const nextIn = (dir: string): string => join(dir, 'node_modules/next/dist/bin/next')

/** The pages of the smallest fixture, and the dependencies that a user would have. */
async function createProject(dir: string, more: Readonly<Record<string, string>>): Promise<void> {
  cpSync(join(repositoryDir, 'e2e/apps/tiny/app'), join(dir, 'app'), { recursive: true })
  const ours = { 's3-cache-handler': `file:${await pack()}` }
  const dependencies = { ...fromCatalog('next', 'react', 'react-dom'), ...more, ...ours }
  writeFileSync(join(dir, 'package.json'), JSON.stringify({ name: 'outside', private: true, dependencies }))
}

/** The versions that this repository uses. */
function fromCatalog(...names: readonly string[]): Record<string, string> {
  const catalog = readFileSync(join(repositoryDir, 'pnpm-workspace.yaml'), 'utf8')
  const versionOf = (name: string): string => {
    const version = new RegExp(`^  '?${name}'?: (.+)$`, 'm').exec(catalog)?.[1]
    if (!version) throw new Error(`The catalog has no ${name}`)
    return version
  }
  return Object.fromEntries(names.map((name) => [name, versionOf(name)]))
}

async function pack(): Promise<string> {
  const folder = runFolder(`packed-${process.pid}`)
  const packageDir = join(repositoryDir, 'packages/s3-cache-handler')
  const [pnpm, ...args] = pnpmCommand()
  const output = await run(packageDir, pnpm, [...args, 'pack', '--json', '--pack-destination', folder])
  return (JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1)) as { filename: string }).filename
}

async function build(
  dir: string,
  bucket: Bucket,
  { env = {}, nextBin = nextIn(dir) }: BuildOptions = {},
): Promise<void> {
  await run(dir, process.execPath, [nextBin, 'build'], { ...bucket.env, ...env })
}

async function run(
  cwd: string,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { code, output } = await runToEnd(program, args, { cwd, env: cleanEnv(env), timeoutMs: 180_000 })
  saveLog({ name: 'tarball', text: output })
  expect(code, output).toBe(0)
  return output
}

async function expectShared(stage: Stage, dir: string, bucket: Bucket, options: SharedOptions): Promise<void> {
  const { slug, nextBin = nextIn(dir) } = options
  const build = { dir, env: {} }
  const start = (name: string) => stage.instance({ name: `${slug}-${name}`, build, env: bucket.env, nextBin })
  const [a, b] = await Promise.all([start('A'), start('B')])
  const first = await renderOn(a, `/story/${slug}`, bucket)
  expect(first).toMatchObject({ status: 200, cache: 'MISS' })
  expect(await b.visit(`/story/${slug}`)).toMatchObject({ status: 200, cache: 'HIT', render: first.render })
  await Promise.all([a.stop(), b.stop()])
}
