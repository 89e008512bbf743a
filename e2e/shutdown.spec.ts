import { fileURLToPath } from 'node:url'
import type { Bucket } from './lib/bucket.ts'
import { isExternal } from './lib/credentials.ts'
import { buildApp } from './lib/build-app.ts'
import { BUILDS } from './lib/builds.ts'
import type { InstanceOptions, Stage } from './lib/stage.ts'
import { moveStandalone } from './lib/standalone.ts'
import { reportNumbers } from './lib/report-numbers.ts'
import { expect, test } from './lib/test.ts'

test.skip(isExternal, "needs local-s3's faults")

/** Of `next start`; `pnpm test:full` makes a hundred. */
const ROUNDS = Number(process.env['E2E_SIGTERM_ROUNDS'] ?? 5)
/** Of the other servers, whose ending differs by how they are started only. */
const FEWER_ROUNDS = Math.ceil(ROUNDS / 5)
const SLOW_PUT_MS = 1000

test.describe.configure({ timeout: 60_000 + ROUNDS * 10_000 })

test('SIGTERM right after a MISS does not lose the page, although its PUT is slow', async ({ stage }) => {
  await expectNothingLost(stage, { build: await buildApp(BUILDS.configured) }, ROUNDS)
})

test('nor does it with a standalone server', async ({ stage }) => {
  const build = { dir: moveStandalone(await buildApp(BUILDS.bareStandalone)), env: {} }
  await expectNothingLost(stage, { build, mode: 'standalone' }, FEWER_ROUNDS)
})

test('nor does it with a custom server that does not handle the signal', async ({ stage }) => {
  const nextBin = fileURLToPath(new URL('./lib/custom-server.mjs', import.meta.url))
  await expectNothingLost(stage, { build: await buildApp(BUILDS.configured), nextBin }, FEWER_ROUNDS, 'SIGTERM')
})

/** @param endsBy The signal that the process ends of, where it does not exit by itself. */
async function expectNothingLost(
  stage: Stage,
  options: Omit<InstanceOptions, 'name' | 'env'>,
  rounds: number,
  endsBy: NodeJS.Signals | null = null,
): Promise<void> {
  const bucket = await stage.bucket()
  const slow = bucket.faults.add({
    fault: { kind: 'latency', ms: SLOW_PUT_MS },
    operation: 'PutObject',
    keyPattern: '^v1/entries/',
  })
  let previous: { path: string; render: string | undefined } | undefined

  for (let round = 1; round <= rounds + 1; round += 1) {
    const instance = await stage.instance({ ...options, name: `round-${round}`, env: bucket.env })
    // A new process finds in the bucket what the one before it rendered last.
    if (previous) {
      expect(await instance.visit(previous.path)).toMatchObject({ cache: 'HIT', render: previous.render })
    }
    if (round > rounds) break
    const path = `/story/round-${round}`
    const { cache, render } = await instance.visit(path)
    expect(cache).toBe('MISS')
    await expect.poll(() => putsUnderWay(bucket), { intervals: [10] }).toBe(1)
    const stopped = instance.stop('SIGTERM')
    // The control: the signal was sent while the PUT was under way, and the process is not killed for waiting.
    expect(putsUnderWay(bucket)).toBe(1)
    const { signal } = await stopped
    expect(signal).toBe(endsBy)
    expect(slow.fired).toBe(round)
    previous = { path, render }
  }
  reportNumbers({ rounds })
}

/** How many pages have a PUT that began and has no answer yet. */
const putsUnderWay = (bucket: Bucket): number =>
  bucket.requests
    .list()
    .filter(({ operation, key, status }) => operation === 'PutObject' && key.startsWith('v1/entries/') && status === 0)
    .length
