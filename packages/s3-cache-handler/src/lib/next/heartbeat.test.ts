import { AsyncLocalStorage } from 'node:async_hooks'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { fakeStore, storeError } from '../../../test/fake-store.ts'
import { createBuild, createHandlerFleet } from '../../../test/handler-fleet.ts'
import { createManualRuntime, settle } from '../../../test/manual-runtime.ts'
import { localS3, openS3Endpoint, type S3Endpoint } from '../../../test/s3-endpoint.ts'
import { createCacheHandler } from '../../index.ts'
import { createLayout } from '../keys/layout.ts'
import { createUseCache } from './use-cache.ts'
import { showAlive } from './heartbeat.ts'

let s3: S3Endpoint
beforeAll(async () => {
  s3 = await openS3Endpoint('heartbeat')
})
afterAll(() => s3.close())
afterEach(() => vi.unstubAllEnvs())

const MINUTE_MS = 60_000
let places = 0

/** A series of its own, whose writes are the calls. */
function open(answer?: Parameters<typeof fakeStore>[0]) {
  const store = fakeStore(answer)
  const bodies = (): string[] => store.calls.map(({ args }) => String(args[1]))
  const place = { placeId: `place ${places++}`, layout: createLayout('p/'), store }
  return { store, bodies, place, runtime: createManualRuntime() }
}

describe('a series of heartbeats', () => {
  it('writes at once and then once an hour, never the same bytes', async () => {
    const { store, bodies, place, runtime } = open()
    showAlive(place, 'a/b', runtime)
    await settle()
    expect(store.calls.map(({ operation, args }) => [operation, args[0]])).toEqual([['put', 'p/v1/deploys/a%2Fb']])
    expect(JSON.parse(bodies()[0] ?? '')).toEqual({ id: 'a/b', beat: expect.any(String) })
    await runtime.pass(59 * MINUTE_MS)
    expect(store.calls).toHaveLength(1)
    for (let hour = 0; hour < 3; hour++) await runtime.pass(60 * MINUTE_MS)
    expect(store.calls).toHaveLength(4)
    expect(new Set(bodies()).size).toBe(4)
  })

  it('is one a process for each deployment and place', async () => {
    const { store, place, runtime } = open()
    for (const id of ['d1', 'd1', 'd2']) showAlive(place, id, runtime)
    showAlive({ ...place, placeId: 'elsewhere' }, 'd1', runtime)
    await settle()
    expect(store.calls.map(({ args }) => args[0])).toEqual(['d1', 'd2', 'd1'].map((id) => `p/v1/deploys/${id}`))
  })

  it('goes on a minute after a failure: until then a deployment that came back looks dead', async () => {
    let failures = 2
    const { store, place, runtime } = open(() => {
      if (failures-- > 0) throw storeError('ERR_OBJECT_STORE_DENIED')
    })
    showAlive(place, 'd1', runtime)
    await settle()
    for (let minute = 0; minute < 59; minute++) await runtime.pass(MINUTE_MS)
    expect(store.calls).toHaveLength(3)
  })

  it('runs outside the async context of the request', async () => {
    const request = new AsyncLocalStorage<string>()
    const contexts: (string | undefined)[] = []
    const { place, runtime } = open(() => void contexts.push(request.getStore()))
    request.run('request', () => showAlive(place, 'd1', runtime))
    await settle()
    await runtime.pass(60 * MINUTE_MS)
    expect(contexts).toEqual([undefined, undefined])
  })
})

describe('a process that serves', () => {
  const deploys = async (prefix: string): Promise<string[]> => {
    const { objects } = await s3.store.list(`${prefix}v1/deploys/`)
    return objects.map(({ key }) => key.slice(prefix.length))
  }
  const optionsFor = (prefix: string) => {
    const { bucket, endpoint, region } = s3
    return { bucket, endpoint, region, prefix: s3.prefix + prefix, log: 'silent' } as const
  }
  /** Long enough for a heartbeat that should not be. */
  const SOON_MS = 200
  const soon = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, SOON_MS))

  it('writes one heartbeat at its start, for all its handlers and requests', async (context) => {
    const { requests } = localS3(context, s3, 'request counter')
    const fleet = createHandlerFleet(s3)
    for (const instance of [fleet.instance(), fleet.instance()]) {
      for (let request = 0; request < 3; request++) await instance().get('/k', { kind: 'APP_PAGE' })
    }
    fleet.both()
    await vi.waitFor(async () => expect(await fleet.keys('deploys/')).toEqual(['deploys/b1']))
    await soon()
    expect(requests.count({ operation: 'PutObject', keyPrefix: `${fleet.prefix}v1/deploys/` })).toBe(1)
  })

  it('answers before the heartbeat is written, and also where it cannot be', async (context) => {
    const { faults } = localS3(context, s3, 'faults')
    const options = optionsFor('slow/')
    const hanging = faults.add({ fault: { kind: 'hang' }, keyPattern: 'v1/deploys/' })
    const Handler = createCacheHandler({ ...options, deployment: 'd1', timeoutMs: 5000 })
    const startedAt = performance.now()
    expect(await new Handler({}).get('/k', { kind: 'APP_PAGE' })).toBeNull()
    expect(performance.now() - startedAt).toBeLessThan(4000)
    await vi.waitFor(() => expect(hanging.fired).toBe(1))
    faults.remove(hanging.id)
  })

  it('is no build and no next dev', async () => {
    const serverDistDir = createBuild('b1')
    const options = optionsFor('none/')
    const dev = new (createCacheHandler({ ...options, tagRefreshMs: 1 }))({ serverDistDir, dev: true })
    await dev.get('/k', { kind: 'APP_PAGE' })
    vi.stubEnv('NODE_ENV', 'development')
    await createUseCache({ ...options, tagRefreshMs: 2, deployment: 'd' }, undefined).get('k', [])
    vi.unstubAllEnvs()
    vi.stubEnv('NEXT_PHASE', 'phase-production-build')
    const building = createCacheHandler({ ...options, tagRefreshMs: 3, storeDuringBuild: true })
    await new building({ serverDistDir }).get('/k', { kind: 'APP_PAGE' })
    vi.unstubAllEnvs()
    const serving = optionsFor('serving/')
    await new (createCacheHandler(serving))({ serverDistDir }).get('/k', { kind: 'APP_PAGE' })
    // The control: this one is.
    await vi.waitFor(async () => expect(await deploys(serving.prefix)).toEqual(['v1/deploys/b1']))
    await soon()
    expect(await deploys(options.prefix)).toEqual([])
  })
})
