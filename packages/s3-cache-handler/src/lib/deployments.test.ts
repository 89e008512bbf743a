import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeError } from '../../test/fake-store.ts'
import { needsCapability, openS3Endpoint, type S3Endpoint } from '../../test/s3-endpoint.ts'
import { type Collected, collectDeployments, type CollectOptions } from './deployments.ts'
import { createLayout, type Layout } from './keys/layout.ts'
import { mapConcurrently } from './map-concurrently.ts'
import { listPages } from './object-store/list-pages.ts'
import type { ObjectStore } from './object-store/object-store.ts'

let s3: S3Endpoint
beforeAll(async () => {
  s3 = await openS3Endpoint('deployments')
})
afterAll(() => s3.close())

let places = 0
let beats = 0

interface Place {
  readonly layout: Layout
  /** The deployment shows that it is alive. */
  readonly beat: (id: string) => Promise<void>
  readonly fill: (id: string, entries: number) => Promise<void>
  readonly keys: (folder?: string) => Promise<string[]>
  /** With every deployment that has a heartbeat dead at once. */
  readonly collect: (store?: Partial<ObjectStore>, options?: Partial<CollectOptions>) => Promise<Collected>
}

function openPlace(): Place {
  const { store } = s3
  const layout = createLayout(`${s3.prefix}place-${places++}/`)
  const put = async (key: string, text: string): Promise<void> => void (await store.put(key, Buffer.from(text)))
  return {
    layout,
    beat: (id) => put(layout.deploy(id), `beat ${beats++}`),
    async fill(id, entries) {
      const paths = Array.from({ length: entries }, (_, index) => `/${index}`)
      await mapConcurrently(paths, async (path) => {
        const key = layout.entry('page', { kind: 'deployment', id }, path)
        await put(key, 'page')
        await put(layout.index('news', key), '')
      })
    },
    async keys(folder = '') {
      const found: string[] = []
      const root = `${layout.prefix}v1/`
      for await (const page of listPages(store, root + folder))
        found.push(...page.map(({ key }) => key.slice(root.length)))
      return found
    },
    collect: (changed = {}, options = {}) =>
      collectDeployments(
        { store: { ...store, ...changed }, layout, now: Date.now },
        { current: [], deadAfterMs: -1, dryRun: false, onObject: () => {}, ...options },
      ),
  }
}

describe('a dead deployment', () => {
  it('that comes back before anything is deleted keeps all', async () => {
    const { beat, fill, keys, collect } = openPlace()
    await beat('d1')
    await fill('d1', 3)
    const before = await keys()
    const list: ObjectStore['list'] = async (prefix, options) => {
      const page = await s3.store.list(prefix, options)
      if (prefix.endsWith('entries/')) await beat('d1')
      return page
    }
    const { deployments, deleted } = await collect({ list })
    expect(deployments).toMatchObject([{ id: 'd1', state: 'alive', entries: 3, objects: 7 }])
    expect(deleted).toBe(0)
    expect(await keys()).toEqual(before)
    // The control: it was about to be deleted.
    expect(await collect()).toMatchObject({ deployments: [{ state: 'dead' }], deleted: 7 })
    expect(await keys()).toEqual([])
  })

  it('that comes back while it is deleted keeps the rest', async () => {
    const { beat, fill, keys, collect } = openPlace()
    await beat('d1')
    await fill('d1', 3)
    const deleteMany: ObjectStore['deleteMany'] = async (...args) => {
      const result = await s3.store.deleteMany(...args)
      await beat('d1')
      return result
    }
    expect(await collect({ deleteMany })).toMatchObject({ deployments: [{ state: 'alive' }], deleted: 3 })
    expect(await keys('entries/')).toEqual([])
    expect(await keys('index/')).toHaveLength(3)
    expect(await keys('deploys/')).toEqual(['deploys/d1'])
  })

  it('that comes back at the last moment keeps its heartbeat', async (context) => {
    await needsCapability(context, s3, 'conditional-delete')
    const { beat, fill, keys, collect } = openPlace()
    await beat('d1')
    await fill('d1', 1)
    const remove: ObjectStore['delete'] = async (...args) => {
      await beat('d1')
      return await s3.store.delete(...args)
    }
    expect(await collect({ delete: remove })).toMatchObject({ deployments: [{ state: 'alive' }], deleted: 2 })
    expect(await keys()).toEqual(['deploys/d1'])
  })

  it('goes from a store that ignores the condition of a deletion, or refuses it', async () => {
    for (const code of [undefined, 'NotImplemented'] as const) {
      const { beat, fill, keys, collect } = openPlace()
      await beat('d1')
      await fill('d1', 1)
      const remove: ObjectStore['delete'] = async (key, options) => {
        if (options?.ifMatch !== undefined && code !== undefined) throw storeError('ERR_OBJECT_STORE_FAILED', code)
        return await s3.store.delete(key)
      }
      expect(await collect({ delete: remove })).toMatchObject({ deleted: 3 })
      expect(await keys()).toEqual([])
    }
  })

  it('of which objects are left is finished by the next run', async () => {
    const { beat, fill, keys, collect } = openPlace()
    await beat('d1')
    await fill('d1', 3)
    const deleteMany: ObjectStore['deleteMany'] = async ([first = '', ...others]) => {
      await s3.store.deleteMany(others)
      return { failed: [{ key: first, reason: 'AccessDenied' }] }
    }
    const failing = collect({ deleteMany })
    await expect(failing).rejects.toMatchObject({ code: 'ERR_INCOMPLETE_CLEAR', left: 1 })
    expect(await keys('deploys/')).toEqual(['deploys/d1'])
    expect(await collect()).toMatchObject({ deployments: [{ id: 'd1', state: 'dead', entries: 1 }], deleted: 5 })
    expect(await keys()).toEqual([])
  })

  it('is deleted by two at once, and nothing else with it', async () => {
    const { beat, fill, keys, collect } = openPlace()
    for (const id of ['d1', 'd2', 'of-nobody-knows']) await fill(id, 20)
    for (const id of ['d1', 'd2']) await beat(id)
    await Promise.all([collect({}, { current: ['d2'] }), collect({}, { current: ['d2'] })])
    const left = await keys()
    expect(left.filter((key) => key.includes('d1'))).toEqual([])
    expect(left).toHaveLength(41 + 40)
  })

  it('without an entry loses its heartbeat', async () => {
    const { beat, keys, collect } = openPlace()
    await beat('d1')
    expect(await collect()).toMatchObject({ deployments: [{ id: 'd1', entries: 0, objects: 1 }], deleted: 1 })
    expect(await keys()).toEqual([])
  })
})

it('goes by the time of the store, and not by ours', async () => {
  const { beat, layout } = openPlace()
  await beat('d1')
  const options = { current: [], deadAfterMs: 60_000, dryRun: true, onObject: () => {} }
  const hourAhead = (): number => Date.now() + 60 * 60_000
  const seen = await collectDeployments({ store: s3.store, layout, now: hourAhead }, options)
  expect(seen.deployments).toMatchObject([{ id: 'd1', state: 'alive' }])
  const list: ObjectStore['list'] = async (...args) => ({ ...(await s3.store.list(...args)), date: hourAhead() })
  const later = await collectDeployments({ store: { ...s3.store, list }, layout, now: Date.now }, options)
  expect(later.deployments).toMatchObject([{ id: 'd1', state: 'dead' }])
})

it('takes nothing for a deployment that is none, and names those whose name is hard to write', async () => {
  const { beat, fill, keys, collect, layout } = openPlace()
  const ids = ['a/b', '~shared', '..', '', 'ü'.repeat(100)]
  for (const id of ids) {
    await beat(id)
    await fill(id, 1)
  }
  const shared = layout.entry('fetch', { kind: 'shared' }, 'k')
  const others = [
    shared,
    layout.index('news', shared),
    `${layout.deploys}~shared`,
    layout.deploys,
    `${layout.deploys}a/b`,
    `${layout.entries('all')}x`,
    `${layout.entries('all')}/page/x`,
    `${layout.indexes()}news`,
  ]
  for (const key of others) await s3.store.put(key, Buffer.from(key))
  const { deployments } = await collect()
  expect(new Set(deployments.map(({ id }) => id))).toEqual(
    new Set([...ids.slice(0, 4), layout.deploy(ids[4] ?? '').slice(layout.deploys.length)]),
  )
  expect(await keys()).toEqual(others.map((key) => key.slice(`${layout.prefix}v1/`.length)).toSorted())
})
