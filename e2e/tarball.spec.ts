import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { bucketOwner } from '../packages/s3-cache-handler/test/bucket-owner.ts'
import type { HandlerStats } from '../packages/s3-cache-handler/src/index.ts'
import { pnpmCommand } from '../scripts/lib/pnpm.mjs'
import type { Bucket } from './lib/bucket.ts'
import { ACCESS_KEY_ID, BUCKET, isExternal, SECRET_ACCESS_KEY } from './lib/credentials.ts'
import { cleanEnv } from './lib/clean-env.ts'
import { saveLog } from './lib/logs.ts'
import { nextOnOldestNode, OLDEST_NODE, OLDEST_NODE_PACKAGE, oldestNodeIn } from './lib/oldest-node.ts'
import { outsideWorkspace } from './lib/outside.ts'
import { guideCommands, guideSnippet, readmeSnippet } from './lib/docs.ts'
import { renderOn } from './lib/render-on.ts'
import { repositoryDir, runFolder } from './lib/run-dir.ts'
import { runToEnd } from './lib/run-to-end.ts'
import type { Stage } from './lib/stage.ts'
import { expect, test } from './lib/test.ts'

test.describe.configure({ timeout: 300_000 })
test.skip(isExternal, 'needs a bucket of its own')

/** For a handler file of one's own, as the README says to name it. */
const OWN = `export default { cacheHandler: import.meta.resolve('./cache-handler.mjs'), cacheMaxMemorySize: 0 }`
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

test('installed by npm, the tarball works as the README says: CommonJS on the oldest Node, ESM, withS3Cache, an own handler', async ({
  stage,
}) => {
  await outsideWorkspace(async (dir) => {
    await createProject(dir, { [OLDEST_NODE_PACKAGE]: OLDEST_NODE })
    writeFileSync(join(dir, '.npmrc'), 'engine-strict=true\naudit=false\nfund=false\n')
    await run(dir, 'npm', ['install', '--prefer-offline'])

    const settings = 'export CACHE_S3_BUCKET=my-app-cache CACHE_KEY_PREFIX=shop/'
    const readme = readFileSync(join(repositoryDir, 'README.md'), 'utf8')
    for (const line of [settings, 'npx s3-cache policy']) expect(readme).toContain(`\n${line}\n`)
    // What npx would run, without what npm itself says.
    const printed = await run(dir, 'sh', ['-c', `${settings}; node_modules/.bin/s3-cache policy`])
    expect(JSON.parse(printed)).toMatchObject({
      Statement: [{ Resource: ['arn:aws:s3:::my-app-cache/shop/v1/*'] }, {}],
    })

    const bucket = await stage.bucket()
    writeFileSync(join(dir, 'next.config.js'), readmeSnippet('next.config.js (CommonJS)'))
    expect(await run(dir, oldestNodeIn(dir), ['--version'])).toContain(`v${OLDEST_NODE}`)
    await build(dir, bucket, { nextBin: nextOnOldestNode(dir) })
    expect(bucket.requests.count()).toBe(0)
    await expectShared(stage, dir, bucket, { slug: 'commonjs', nextBin: nextOnOldestNode(dir) })

    rmSync(join(dir, 'next.config.js'))
    writeFileSync(join(dir, 'next.config.mjs'), readmeSnippet('next.config.mjs (ES module)'))
    const before = bucket.requests.count()
    await build(dir, bucket, { env: { CACHE_STORE_DURING_BUILD: '1' } })
    // The control of the build that did not touch the bucket: this one was asked to.
    expect(bucket.requests.count()).toBeGreaterThan(before)
    await expectShared(stage, dir, bucket, { slug: 'esm' })

    writeFileSync(join(dir, 'next.config.mjs'), readmeSnippet('next.config.mjs'))
    writeRoute(dir, 'app/api/clear/route.js', ['stories', 'story'])
    writeRoute(dir, 'app/api/cache-sizes/route.js')
    writeRoute(dir, 'app/prices.csv/route.js')
    await build(dir, bucket, { env: { GIT_SHA: 'abc123' } })
    await expectShared(stage, dir, bucket, { slug: 'with-s3-cache', env: { GIT_SHA: 'abc123' }, hasRoutes: true })
    expect(bucket.requests.count({ operation: 'PutObject', keyPrefix: 'shop/v1/entries/abc123/' })).toBe(2)
    rmSync(join(dir, 'app/api'), { recursive: true })

    // What the call says outranks the environment, so this one needs the bucket's real name.
    const handler = readmeSnippet('cache-handler.mjs').replace('my-app-cache', BUCKET)
    writeFileSync(join(dir, 'cache-handler.mjs'), handler)
    writeFileSync(join(dir, 'next.config.mjs'), OWN)
    await build(dir, bucket)
    const logs = await expectShared(stage, dir, bucket, { slug: 'own-handler', env: { CACHE_S3_BUCKET: '' } })
    expect(logs).toContain('rendering /route-cache/APP_PAGE/')

    rmSync(join(dir, 'cache-handler.mjs'))
    writeFileSync(join(dir, 'next.config.mjs'), guideSnippet('new-bucket', 'next.config.mjs'))
    await expectGuideWorks(stage, dir)
  })
})

/** From nothing to a shared cache: all but what `aws` and `npm` do, under the policies that it prints. */
async function expectGuideWorks(stage: Stage, dir: string): Promise<void> {
  const commands = guideCommands('new-bucket')
  expect(commands.map((line) => line.split(/ (?=[-<>"])/)[0])).toEqual([
    'export CACHE_S3_BUCKET=my-app-cache AWS_REGION=eu-central-1 CACHE_KEY_PREFIX=shop/ CACHE_EXPIRY_TAGS=1',
    'aws s3api create-bucket',
    'aws s3api put-public-access-block',
    'npm install s3-cache-handler',
    'npx s3-cache policy',
    'npx s3-cache policy',
    'aws iam put-role-policy',
    'npx s3-cache lifecycle plan',
    'npx s3-cache lifecycle apply',
    'npx s3-cache doctor',
    'npx next build',
    'npx next start',
    'npx s3-cache ls',
    'npx s3-cache stats',
  ])
  const settings = Object.fromEntries(
    [...(commands[0] ?? '').matchAll(/([A-Z_\d]+)=(\S+)/g)].map(([, name = '', value]) => [name, value ?? '']),
  )
  const bucket = await stage.bucket()
  const env = { ...bucket.env, ...settings }
  const owner = { accessKeyId: ACCESS_KEY_ID, secretAccessKey: SECRET_ACCESS_KEY }
  const under = (file: string): void =>
    bucket.credentials.accept([{ ...owner, policy: readFileSync(join(dir, file), 'utf8') }])
  const follow = async (...wanted: readonly string[]): Promise<string> => {
    const lines = wanted.map(
      (text) => commands.find((line) => line.startsWith(text)) ?? expect(commands).toContain(text),
    )
    return await run(dir, 'sh', ['-c', lines.join('\n')], env)
  }

  const aws = bucketOwner({ endpoint: bucket.url, bucket: settings['CACHE_S3_BUCKET'] ?? '', credentials: owner })
  const parts = [...commands.join('\n').matchAll(/(\w+)=true/g)].map(([, part = '']) => [part, true] as const)
  await aws.create()
  await aws.blockPublicAccess(Object.fromEntries(parts))
  await follow('npx s3-cache policy >', 'npx s3-cache policy --for operator >')
  under('operator-policy.json')
  expect(await follow('npx s3-cache lifecycle plan')).toContain('+ s3-cache-handler shop%2F expires-after-1-days')
  expect(await follow('npx s3-cache lifecycle apply')).toContain('The rules are in place.')
  expect(await follow('npx s3-cache doctor')).toContain('All is well: 20 ok.')

  under('app-policy.json')
  await run(dir, process.execPath, [nextIn(dir), 'build'], env)
  const start = (name: string) => stage.instance({ name: `guide-${name}`, build: { dir, env } })
  const a = await start('A')
  const first = await renderOn(a, '/story/guide', bucket)
  expect(first).toMatchObject({ status: 200, cache: 'MISS' })
  expect(await a.visit('/story/guide')).toMatchObject({ cache: 'HIT', render: first.render })
  await a.stop()
  const b = await start('B')
  expect(await b.visit('/story/guide')).toMatchObject({ cache: 'HIT', render: first.render })
  expect(await follow('npx s3-cache ls')).toMatch(/^page .* \/story\/guide$/m)
  expect(await follow('npx s3-cache stats')).toMatch(/^page +\d/m)
  await b.stop()
}

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
  readonly env?: Readonly<Record<string, string>>
  /** Whether the project has the README's routes that clear, and tell how much is kept. */
  readonly hasRoutes?: boolean
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

/** Renders on one instance, finds it on another, and gives the logs of the first. */
/** As the README has it, but for one word. */
function writeRoute(dir: string, path: string, [from = '', to = '']: readonly string[] = []): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true })
  writeFileSync(join(dir, path), readmeSnippet(path).replace(from, to))
}

async function expectShared(stage: Stage, dir: string, bucket: Bucket, options: SharedOptions): Promise<string> {
  const { slug, nextBin = nextIn(dir), env = {}, hasRoutes = false } = options
  const build = { dir, env: { ...bucket.env, ...env } }
  const start = (name: string) => stage.instance({ name: `${slug}-${name}`, build, nextBin })
  const [a, b] = await Promise.all([start('A'), start('B')])
  const first = await renderOn(a, `/story/${slug}`, bucket)
  expect(first).toMatchObject({ status: 200, cache: 'MISS' })
  expect(await b.visit(`/story/${slug}`)).toMatchObject({ status: 200, cache: 'HIT', render: first.render })
  if (hasRoutes) {
    const [{ sizes }] = JSON.parse((await a.visit('/api/cache-sizes')).body.toString()) as [HandlerStats]
    expect(sizes.memoryEntries).toBe(1)
    const cleared = await a.visit('/api/clear', { method: 'POST' })
    expect(JSON.parse(cleared.body.toString())).toEqual({ deleted: 1 })
    expect(await a.visit(`/story/${slug}`)).toMatchObject({ status: 200, cache: 'MISS' })
    for (const instance of [a, b]) {
      const { status, headers } = await instance.visit('/prices.csv')
      expect(status).toBe(307)
      expect(await (await fetch(headers.get('location') ?? '')).text()).toBe('goods,price\nherring,12\n')
    }
  }
  await Promise.all([a.stop(), b.stop()])
  return a.logs()
}
