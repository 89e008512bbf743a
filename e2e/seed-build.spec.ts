import { join } from 'node:path'
import { isExternal, type Bucket } from './lib/bucket.ts'
import { buildApp, copyHandler, type BuiltApp } from './lib/build-app.ts'
import { BUILDS } from './lib/builds.ts'
import { cleanEnv } from './lib/clean-env.ts'
import { saveLog } from './lib/logs.ts'
import { repositoryDir } from './lib/run-dir.ts'
import { runToEnd } from './lib/run-to-end.ts'
import { expect, test } from './lib/test.ts'

test.skip(isExternal, 'needs a bucket of its own')

const puts = ({ requests }: Bucket): number => requests.count({ operation: 'PutObject', keyPattern: '/page/' })

test('a build is seeded, also in two runs of which the first is killed, and found by the first requests', async ({
  stage,
}) => {
  const [build, bucket, origin] = await Promise.all([buildApp(BUILDS.prerendered), stage.bucket(), stage.origin()])
  const killed = await seed(build, bucket, '3')
  expect(killed.signal).toBe('SIGKILL')
  await expect.poll(() => puts(bucket)).toBeGreaterThanOrEqual(3)

  const { result } = await seed(build, bucket)
  const { stored = 0, present = 0, total = 0 } = result ?? {}
  expect(result).toMatchObject({ outdated: 0, unreadable: 0 })
  expect(total).toBeGreaterThan(12)
  expect(present).toBeGreaterThanOrEqual(3)
  expect(stored + present).toBe(total)
  // Again, without a single PUT of a page.
  const before = puts(bucket)
  expect((await seed(build, bucket)).result).toMatchObject({ stored: 0, present: total })
  expect(puts(bucket)).toBe(before)

  const instance = await stage.instance({ name: 'S', build, env: { ...bucket.env, ORIGIN_URL: origin.url } })
  const gets = (): number => bucket.requests.count({ operation: 'GetObject', keyPattern: '/page/' })
  for (const path of ['/', '/posts/hit', '/feed', '/legacy/hit', '/moved']) {
    const [getsBefore, putsBefore] = [gets(), puts(bucket)]
    expect(await instance.visit(path), path).toMatchObject({ cache: 'HIT' })
    expect([gets() > getsBefore, puts(bucket)]).toEqual([true, putsBefore])
  }
  expect(origin.hits('posts/hit')).toBe(0)
})

test('the command seeds a build, and says what became of its pages', async ({ stage }) => {
  const [build, bucket] = await Promise.all([buildApp(BUILDS.prerendered), stage.bucket()])
  const command = async (): Promise<unknown> => {
    const bin = join(repositoryDir, 'packages/s3-cache-handler/dist/bin.js')
    const env = cleanEnv({ ...bucket.env, NODE_NO_WARNINGS: '1' })
    const ended = await runToEnd(process.execPath, [bin, 'seed', '--dist-dir', join(build.dir, '.next'), '--json'], {
      cwd: repositoryDir,
      env,
    })
    expect(ended.code, ended.output).toBe(0)
    return JSON.parse(ended.output)
  }
  const first = (await command()) as { total: number }
  expect(first).toMatchObject({ present: 0, outdated: 0, unreadable: 0, stored: first.total })
  expect(bucket.requests.count({ operation: 'PutObject', keyPattern: '/entries/[^/]+/page/' })).toBe(first.total)
  expect(await command()).toMatchObject({ present: first.total, stored: 0 })
})

test('a folder without a build, and a bucket that refuses, are errors that say so', async ({ stage }) => {
  const [build, bucket] = await Promise.all([buildApp(BUILDS.prerendered), stage.bucket()])
  const nothing = await seed({ dir: repositoryDir }, bucket)
  expect(nothing.output).toContain('ERR_INVALID_OPTION')
  bucket.faults.add({ fault: { kind: 'refuse' }, operation: 'PutObject' })
  const refused = await seed(build, bucket)
  expect(refused.output).toContain('ERR_OBJECT_STORE_')
})

interface Seeded {
  readonly signal: NodeJS.Signals | null
  readonly output: string
  readonly result: Partial<Record<'stored' | 'present' | 'total', number>> | undefined
}

async function seed(build: Pick<BuiltApp, 'dir'>, bucket: Bucket, killAfter?: string): Promise<Seeded> {
  handlerCopy ??= join(copyHandler(`seed-${process.pid}`), 'dist/index.js')
  const args = [join(repositoryDir, 'e2e/lib/seed-build.mjs'), handlerCopy, ...(killAfter ? [killAfter] : [])]
  const { signal, output } = await runToEnd(process.execPath, args, { cwd: build.dir, env: cleanEnv(bucket.env) })
  saveLog({ name: 'seed-build', text: output })
  const json = /result (\{.*\})/.exec(output)?.[1]
  return { signal, output, result: json === undefined ? undefined : (JSON.parse(json) as Seeded['result']) }
}

let handlerCopy: string | undefined
