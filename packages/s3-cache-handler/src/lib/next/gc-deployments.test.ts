import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createBuild, createHandlerFleet } from '../../../test/handler-fleet.ts'
import { localS3, openS3Endpoint, type S3Endpoint, skipWhenExternal } from '../../../test/s3-endpoint.ts'
import { closeCaches, createCacheHandler, type DeploymentSummary, gcDeployments } from '../../index.ts'
import { createLayout, type Layout, type Scope } from '../keys/layout.ts'
import { listPages } from '../object-store/list-pages.ts'

let s3: S3Endpoint
beforeAll(async () => {
  s3 = await openS3Endpoint('gc')
})
afterAll(() => s3.close())
// Only there an object can have been written a month ago.
beforeEach((context) => skipWhenExternal(context, 'clock'))
afterEach(() => vi.unstubAllEnvs())

const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS
const cacheControl = { revalidate: false, expire: undefined } as const
const shared: Scope = { kind: 'shared' }
const own = (id: string): Scope => ({ kind: 'deployment', id })

interface TestObject {
  readonly key: string
  readonly body: string
  readonly lastModified: number
}

/** A heartbeat of that age, and entries, each with two index objects. */
function deployment(layout: Layout, id: string, ageMs: number, entries: number): TestObject[] {
  const lastModified = Date.now() - ageMs
  const objects = entriesOf(layout, own(id), entries, lastModified)
  return [{ key: layout.deploy(id), body: JSON.stringify({ id, beat: 'b' }), lastModified }, ...objects]
}

function entriesOf(layout: Layout, scope: Scope, entries: number, lastModified: number): TestObject[] {
  const kinds = ['page', 'use-cache', 'fetch'] as const
  return Array.from({ length: entries }, (_, index) => layout.entry(kinds[index % 3] ?? 'page', scope, `/p/${index}`))
    .flatMap((key) => [key, layout.index('news', key), layout.index('a/b', key)])
    .map((key) => ({ key, body: key.includes('/index/') ? '' : `entry ${key}`, lastModified }))
}

/** What the bucket holds: key, ETag, size and time of each object. */
async function listing(prefix = ''): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for await (const page of listPages(s3.store, prefix)) {
    for (const { key, ...rest } of page) found.set(key, JSON.stringify(rest))
  }
  return found
}

const hashOf = (objects: ReadonlyMap<string, string>): string =>
  createHash('sha256')
    .update(JSON.stringify([...objects]))
    .digest('hex')

const byId = (deployments: readonly DeploymentSummary[], id: string): DeploymentSummary | undefined =>
  deployments.find((each) => each.id === id)

let fleets = 0

/** A process that serves the deployment `current-N`, and has stored a page and shared data. */
async function serving() {
  const fleet = createHandlerFleet(s3)
  const n = fleets++
  const instance = fleet.instance(createBuild(`current-${n}`))
  const headers = { 'x-next-cache-tags': '_N_T_/a,news' }
  await instance().set('/a', { kind: 'APP_PAGE', html: 'a', headers }, { kind: 'APP_PAGE', cacheControl })
  const data = { kind: 'FETCH', data: { headers: {}, body: 'aGk=', status: 200, url: 'u' }, revalidate: 60 }
  await instance().set('data', data, { fetchCache: true, tags: ['news'] })
  await closeCaches()
  await vi.waitFor(async () => expect(await fleet.keys('deploys/')).toHaveLength(1))
  return { fleet, n, instance, layout: createLayout(fleet.prefix) }
}

it('needs a handler in this process', async () => {
  await expect(gcDeployments()).rejects.toMatchObject({ code: 'ERR_NO_CACHE' })
})

describe('a run', () => {
  it('lists dry what it then deletes: of the dead all, of the rest, the shared and the foreign nothing', async (context) => {
    const local = localS3(context, s3, 'clock')
    const { fleet, n, layout } = await serving()
    const [dead, alive, unknown] = [`dead-${n}`, `alive-${n}`, `unknown-${n}`]
    const prefix = fleet.prefix.slice(0, -1)
    const foreign = [`${prefix}_2v1/deploys/x`, `${prefix}v10/deploys/${dead}`, `${prefix}/v2/entries/${dead}/page/x`]
    const old = Date.now() - 30 * DAY_MS
    await local.import(s3.bucket, [
      ...deployment(layout, dead, 8 * DAY_MS, 10),
      ...deployment(layout, `${dead}-as-well`, 30 * DAY_MS, 3),
      ...deployment(layout, alive, 6 * DAY_MS, 5),
      // Begins as the dead one does.
      ...deployment(layout, `${dead}2`, HOUR_MS, 2),
      ...entriesOf(layout, own(unknown), 4, old),
      ...entriesOf(layout, shared, 6, old),
      ...foreign.map((key) => ({ key, body: key, lastModified: old })),
    ])
    const before = await listing()

    const listed: string[] = []
    const dry = await gcDeployments({ onObject: (key) => listed.push(key) })
    expect(dry.deleted).toBe(0)
    expect(hashOf(await listing())).toBe(hashOf(before))
    expect(byId(dry.deployments, dead)).toMatchObject({ state: 'dead', entries: 10, objects: 31 })
    expect(byId(dry.deployments, `${dead}-as-well`)).toMatchObject({ state: 'dead', entries: 3, objects: 10 })
    expect(byId(dry.deployments, alive)).toMatchObject({ state: 'alive', entries: 5, objects: 16 })
    expect(byId(dry.deployments, `${dead}2`)).toMatchObject({ state: 'alive' })
    expect(byId(dry.deployments, `current-${n}`)).toMatchObject({ state: 'current', entries: 1, objects: 3 })
    const withoutHeartbeat = { state: 'unknown', lastSeenAt: undefined, entries: 4, objects: 12 }
    expect(byId(dry.deployments, unknown)).toMatchObject(withoutHeartbeat)
    expect(dry.deployments.map(({ id }) => id)).not.toContain('~shared')

    const gone: string[] = []
    const real = await gcDeployments({ dryRun: false, onObject: (key) => gone.push(key) })
    const after = await listing()
    expect(real.deployments).toEqual(dry.deployments)
    expect(real.deleted).toBe(41)
    expect(gone).toEqual(listed)
    expect(new Set(listed)).toEqual(new Set([...before.keys()].filter((key) => !after.has(key))))
    expect(hashOf(after)).toBe(hashOf(new Map([...before].filter(([key]) => !listed.includes(key)))))
    // Every one is the dead deployments' own.
    const isDead = new RegExp(`/v1/(deploys/|entries/|index/[^/]+/)dead-${n}(-as-well)?(/|$)`)
    expect(listed.filter((key) => !key.startsWith(fleet.prefix) || !isDead.test(key))).toEqual([])
    const again = await gcDeployments({ dryRun: false })
    expect([again.deleted, byId(again.deployments, dead)]).toEqual([0, undefined])
  })

  it('counts the bytes, and tells when each was seen', async (context) => {
    const local = localS3(context, s3, 'clock')
    const { n, layout } = await serving()
    const objects = deployment(layout, `dead-${n}`, 8 * DAY_MS, 10)
    await local.import(s3.bucket, objects)
    const { deployments } = await gcDeployments()
    const { bytes = 0, lastSeenAt = 0 } = byId(deployments, `dead-${n}`) ?? {}
    expect(bytes).toBe(objects.reduce((sum, { body }) => sum + body.length, 0))
    expect(Math.abs(Date.now() - 8 * DAY_MS - lastSeenAt)).toBeLessThan(60_000)
    await gcDeployments({ dryRun: false })
  })

  it('goes by the seconds that it is given', async (context) => {
    const local = localS3(context, s3, 'clock')
    const { n, layout } = await serving()
    await local.import(s3.bucket, [
      ...deployment(layout, `younger-${n}`, 2.9 * HOUR_MS, 1),
      ...deployment(layout, `older-${n}`, 3.1 * HOUR_MS, 1),
    ])
    const { deployments } = await gcDeployments({ deadAfterSeconds: 3 * 60 * 60, dryRun: false })
    expect(byId(deployments, `younger-${n}`)).toMatchObject({ state: 'alive' })
    expect(byId(deployments, `older-${n}`)).toMatchObject({ state: 'dead' })
    expect((await listing(layout.entries(own(`younger-${n}`)))).size).toBe(1)
    expect((await listing(layout.entries(own(`older-${n}`)))).size).toBe(0)
  })

  it('spares every deployment that this process serves, however old its heartbeat is', async (context) => {
    const local = localS3(context, s3, 'clock')
    const { fleet, n, layout } = await serving()
    // Another handler of this process, on the same objects.
    const { bucket, endpoint, region } = s3
    const options = {
      bucket,
      endpoint,
      region,
      prefix: fleet.prefix,
      deployment: `second-${n}`,
      log: 'silent',
    } as const
    await new (createCacheHandler(options))({}).get('/a', { kind: 'APP_PAGE' })
    await vi.waitFor(async () => expect(await fleet.keys('deploys/')).toHaveLength(2))
    for (const id of [`current-${n}`, `second-${n}`]) await local.import(bucket, deployment(layout, id, 30 * DAY_MS, 1))
    const before = await listing(fleet.prefix)
    const { deployments, deleted } = await gcDeployments({ dryRun: false })
    expect(deployments.filter(({ id }) => id.endsWith(`-${n}`)).map(({ state }) => state)).toEqual([
      'current',
      'current',
    ])
    expect(deleted).toBe(0)
    expect(await listing(fleet.prefix)).toEqual(before)
  })

  it('costs a listing for a thousand objects, and a deletion and a look at the heartbeat for a thousand of the dead', async (context) => {
    const { requests, ...local } = localS3(context, s3, 'request counter')
    const { fleet, n, layout } = await serving()
    const lastModified = Date.now() - 8 * DAY_MS
    const dead = Array.from({ length: 2500 }, (_, index) => layout.entry('page', own(`dead-${n}`), `/p/${index}`))
    const indexes = dead.slice(0, 1200).map((key) => layout.index('news', key))
    const heartbeat = layout.deploy(`dead-${n}`)
    await local.import(
      s3.bucket,
      [heartbeat, ...dead, ...indexes].map((key) => ({ key, lastModified })),
    )
    const count = (operation: 'ListObjectsV2' | 'GetObject' | 'DeleteObject', keyPrefix = fleet.prefix): number =>
      requests.count({ operation, keyPrefix })
    requests.clear()
    await gcDeployments()
    expect(requests.count({ operation: 'DeleteObjects' }) + count('DeleteObject') + count('GetObject')).toBe(0)
    requests.clear()
    expect(await gcDeployments({ dryRun: false })).toMatchObject({ deleted: 3701 })
    expect(count('ListObjectsV2', layout.deploys)).toBe(1)
    expect(count('ListObjectsV2', layout.entries('all'))).toBe(3)
    expect(count('ListObjectsV2', layout.indexes())).toBe(2)
    // These have no key of their own: they are all there were.
    expect(requests.count({ operation: 'DeleteObjects' })).toBe(3 + 2)
    expect(count('GetObject')).toBe(3 + 2 + 1)
    expect(count('DeleteObject')).toBe(1)
    expect(requests.count({ keyPrefix: fleet.prefix })).toBe(1 + 3 + 2 + 6 + 1)
  })
})

it('says what is wrong with options that cannot work', async () => {
  const wrong: [unknown, string][] = [
    [null, '"options" must be an object, got null'],
    [{ dryrun: false }, '"dryrun" is none of dryRun, deadAfterSeconds, onObject'],
    [{ dryRun: 'no' }, '"dryRun" must be true or false, got \'no\''],
    [{ deadAfterSeconds: 0 }, '"deadAfterSeconds" must be a number from 7200, got 0'],
    [{ deadAfterSeconds: Number.NaN }, '"deadAfterSeconds" must be a number from 7200, got NaN'],
    [{ deadAfterSeconds: '604800' }, '"deadAfterSeconds" must be a number from 7200, got \'604800\''],
    [{ onObject: 'log' }, '"onObject" must be a function, got \'log\''],
  ]
  for (const [options, message] of wrong) {
    await expect(gcDeployments(options as object)).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION', message })
  }
})

it('does not work on the edge runtime', async () => {
  vi.stubEnv('NEXT_RUNTIME', 'edge')
  await expect(gcDeployments()).rejects.toMatchObject({ code: 'ERR_NO_CACHE' })
})
