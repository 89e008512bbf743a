import { isExternal } from './lib/credentials.ts'
import { startRotatingCredentials } from './lib/rotating-credentials.ts'
import { Stage } from './lib/stage.ts'
import { test } from './lib/test.ts'
import { faulty, wrongClock } from './lib/troubles.ts'
import { expectUnbroken, type Pair, startPair } from './lib/unbroken.ts'

test.skip(isExternal, "needs local-s3's faults")
test.describe.configure({ timeout: 20 * 60_000 })

const shared = new Stage()
let pair: Pair
test.beforeAll(async () => {
  pair = await startPair(shared, await shared.bucket())
})
test.afterAll(() => shared.close())

const ofEntries = { operation: 'GetObject', keyPattern: '^v1/entries/' } as const

test('a store that refuses connections breaks no page', async () => {
  await expectUnbroken(pair, 'refuse', faulty({ fault: { kind: 'refuse' } }, true))
})

test('a store that hangs breaks no page', async () => {
  await expectUnbroken(pair, 'hang', faulty({ fault: { kind: 'hang' } }, true))
})

test('a store that breaks off in the middle of its answers breaks no page', async () => {
  await expectUnbroken(pair, 'reset', faulty({ fault: { kind: 'reset' } }, true))
})

test('a store that answers 500 breaks no page', async () => {
  await expectUnbroken(pair, 'error', faulty({ fault: { kind: 'status', code: 'InternalError' } }, true))
})

test('a store that asks to slow down breaks no page', async () => {
  await expectUnbroken(pair, 'slow-down', faulty({ fault: { kind: 'status', code: 'SlowDown' } }, true))
})

test('a store that denies access breaks no page', async () => {
  await expectUnbroken(pair, 'denied', faulty({ fault: { kind: 'status', code: 'AccessDenied' } }, true))
})

test('a store whose answers drip breaks no page', async () => {
  await expectUnbroken(pair, 'drip', faulty({ fault: { kind: 'drip', ms: 1000 }, operation: 'GetObject' }, false))
})

test('entries that come truncated break no page', async () => {
  await expectUnbroken(pair, 'truncate', faulty({ fault: { kind: 'truncate' }, ...ofEntries }, false))
})

test('entries that come with a bit flipped break no page', async () => {
  await expectUnbroken(pair, 'flip', faulty({ fault: { kind: 'flip' }, ...ofEntries }, false))
})

test('a store whose clock is five minutes ahead, then behind, breaks no page', async () => {
  await expectUnbroken(pair, 'clock', wrongClock(5 * 60_000))
})

test('credentials that expire before there are others break no page', async ({ stage }) => {
  const bucket = await stage.bucket()
  const credentials = await startRotatingCredentials(bucket)
  try {
    await expectUnbroken(await startPair(stage, bucket, credentials.env), 'expired', credentials.trouble)
  } finally {
    await credentials.close()
  }
})
