import { setTimeout as sleep } from 'node:timers/promises'
import { isExternal, type Bucket } from './lib/bucket.ts'
import { buildApp, type BuiltApp } from './lib/build-app.ts'
import { BUILDS } from './lib/builds.ts'
import { invalidate } from './lib/invalidate.ts'
import type { Origin } from './lib/origin.ts'
import { renderOn, settled } from './lib/render-on.ts'
import { Stage, type Instance } from './lib/stage.ts'
import { seen } from './lib/seen.ts'
import { expect, test } from './lib/test.ts'
import { startUnconditionalProxy } from './lib/unconditional-proxy.ts'
import type { Visit } from './lib/visit.ts'

const INSTANCES = 4
/** Of a render that takes no longer than ours, and what of it may pass by whole seconds until it is seen to have ended. */
const LEASE_MS = 10_000 + 2000

interface Fleet {
  readonly instances: readonly Instance[]
  readonly bucket: Bucket
  readonly origin: Origin
}

const stages: Stage[] = []
let build: BuiltApp

test.beforeAll(async () => {
  build = await buildApp(BUILDS.isr)
})
test.afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.close()
})

async function startFleet(endpointOf?: (bucket: Bucket) => Promise<string>): Promise<Fleet> {
  const stage = new Stage()
  stages.push(stage)
  const [bucket, origin] = await Promise.all([stage.bucket(), stage.origin()])
  const own = endpointOf && { CACHE_S3_ENDPOINT_URL: await endpointOf(bucket) }
  const env = { ...bucket.env, ORIGIN_URL: origin.url, ...own }
  const names = Array.from({ length: INSTANCES }, (_, index) => `R${index}`)
  const instances = await Promise.all(names.map((name) => stage.instance({ name, build, env })))
  return { instances, bucket, origin }
}

/** A page that all instances know, and know to be stale: the tag has no time at which it is gone. */
async function makeStale({ instances, bucket }: Fleet, slug: string): Promise<string> {
  const path = `/tagged/${slug}`
  const [first] = instances
  if (first === undefined) throw new Error('A fleet has instances')
  expect(await renderOn(first, path, bucket)).toMatchObject({ cache: 'MISS', hits: 1 })
  for (const instance of instances) expect(await instance.visit(path)).toMatchObject({ cache: 'HIT', hits: 1 })
  await (
    await invalidate(first, bucket, 'soft', `tag-${slug}`)
  ).acknowledged
  await seen()
  return path
}

const visitAll = async ({ instances }: Fleet, path: string, rounds: number): Promise<Visit[]> =>
  await Promise.all(Array.from({ length: rounds }, () => instances.map((instance) => instance.visit(path))).flat())

test('200 requests for one stale page on four instances are one render, and then all have it', async () => {
  const fleet = await startFleet()
  const path = await makeStale(fleet, 'one-render')
  const key = path.slice(1)
  const held = fleet.origin.hold(key)
  const answers = await visitAll(fleet, path, 50)
  expect(answers.every((answer) => answer.status === 200 && answer.hits === 1)).toBe(true)
  expect(answers.filter((answer) => answer.cache === 'STALE').length).toBeGreaterThan(0)
  await held.asked
  expect(fleet.origin.hits(key)).toBe(2)
  held.release()
  await expect.poll(async () => (await fleet.instances[0]?.visit(path))?.hits).toBe(2)
  await settled(fleet.bucket)
  await sleep(1200)
  const later = await visitAll(fleet, path, 10)
  expect(later.every((answer) => answer.cache === 'HIT' && answer.hits === 2)).toBe(true)
  expect(fleet.origin.hits(key)).toBe(2)
  expect(fleet.bucket.requests.count({ operation: 'DeleteObject', keyPrefix: 'v1/leases/' })).toBeGreaterThan(0)
})

test('a page whose renderer is killed is rendered by another within the lease', async () => {
  const fleet = await startFleet()
  const path = await makeStale(fleet, 'killed')
  const key = path.slice(1)
  const held = fleet.origin.hold(key)
  const [first, ...others] = fleet.instances
  expect(await first?.visit(path)).toMatchObject({ cache: 'STALE', hits: 1 })
  await held.asked
  const killedAt = performance.now()
  await first?.stop('SIGKILL')
  held.release()
  for (const instance of others) expect(await instance.visit(path)).toMatchObject({ cache: 'HIT', hits: 1 })
  const timeout = LEASE_MS + 3000
  await expect.poll(async () => (await others[0]?.visit(path))?.hits, { timeout, intervals: [250] }).toBe(3)
  expect(performance.now() - killedAt).toBeLessThan(LEASE_MS + 2000)
  expect(fleet.origin.hits(key)).toBe(3)
})

test('on a store without conditional writes each instance renders for itself, which is said once', async () => {
  test.skip(isExternal, 'stands a proxy before local-s3')
  let proxy: Awaited<ReturnType<typeof startUnconditionalProxy>> | undefined
  const fleet = await startFleet(async ({ url }) => (proxy = await startUnconditionalProxy(url)).url)
  const path = await makeStale(fleet, 'unconditional')
  for (const instance of fleet.instances) expect(await instance.visit(path)).toMatchObject({ status: 200 })
  for (const instance of fleet.instances) {
    await expect.poll(async () => (await instance.visit(path)).hits).toBeGreaterThan(1)
  }
  expect(fleet.origin.hits(path.slice(1))).toBeLessThanOrEqual(1 + INSTANCES)
  const lines = fleet.instances.map((instance) =>
    instance
      .logs()
      .split('\n')
      .filter((line) => line.includes('lacks conditional writes')),
  )
  expect(lines.some((said) => said.length > 0)).toBe(true)
  expect(lines.every((said) => said.length <= 1)).toBe(true)
  await proxy?.close()
})
