import { isExternal } from './lib/credentials.ts'
import { buildApp } from './lib/build-app.ts'
import { BUILDS } from './lib/builds.ts'
import { expect, test } from './lib/test.ts'

test.skip(isExternal, "needs local-s3's faults")

const ROUNDS = 5
const SLOW_PUT_MS = 800

test('SIGTERM right after a MISS does not lose the page, although its PUT is slow', async ({ stage }) => {
  const [build, bucket] = await Promise.all([buildApp(BUILDS.configured), stage.bucket()])
  const slow = bucket.faults.add({
    fault: { kind: 'latency', ms: SLOW_PUT_MS },
    operation: 'PutObject',
    keyPattern: '^v1/entries/',
  })
  let previous: { path: string; render: string | undefined } | undefined

  for (let round = 1; round <= ROUNDS + 1; round += 1) {
    const instance = await stage.instance({ name: `round-${round}`, build, env: bucket.env })
    // A new process finds in the bucket what the one before it rendered last.
    if (previous) {
      expect(await instance.visit(previous.path)).toMatchObject({ cache: 'HIT', render: previous.render })
    }
    if (round > ROUNDS) break
    const path = `/story/round-${round}`
    const { cache, render } = await instance.visit(path)
    expect(cache).toBe('MISS')
    const signalledAt = performance.now()
    const { signal } = await instance.stop('SIGTERM')
    // The control: the signal did come while the PUT was under way, and the process was not killed for waiting.
    expect(performance.now() - signalledAt).toBeGreaterThan(SLOW_PUT_MS / 4)
    expect(signal).toBeNull()
    expect(slow.fired).toBe(round)
    previous = { path, render }
  }
})
