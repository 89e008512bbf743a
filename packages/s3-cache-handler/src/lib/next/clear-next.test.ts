import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBuild, createHandlerFleet } from '../../../test/handler-fleet.ts'
import { openS3Endpoint, type S3Endpoint } from '../../../test/s3-endpoint.ts'
import { clearNext, closeCaches } from '../../index.ts'

let s3: S3Endpoint

beforeAll(async () => {
  s3 = await openS3Endpoint('clear-next')
})
afterAll(() => s3.close())

const SHA = 'b'.repeat(64)
const keyOf = (path: string): string => `/route-cache/APP_PAGE/${SHA}/$${path === '/' ? '/index' : path}`
const pathOf = (objectKey: string): string => objectKey.split('/$').at(-1) ?? ''
const cacheControl = { revalidate: false, expire: undefined } as const
const data = { kind: 'FETCH', data: { headers: {}, body: 'aGk=', status: 200, url: 'u' }, revalidate: 60 }

type Fleet = ReturnType<typeof createHandlerFleet>
type Instance = ReturnType<Fleet['instance']>

async function fill(instance: Instance, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const headers = { 'x-next-cache-tags': `_N_T_${path},all,only-${path}` }
    await instance().set(keyOf(path), { kind: 'APP_PAGE', html: path, headers }, { kind: 'APP_PAGE', cacheControl })
  }
  await instance().set('data', data, { fetchCache: true, tags: ['all'] })
  await closeCaches()
}

/** Which of the paths another instance, that had them all in memory, still has. */
async function left(instance: Instance, paths: readonly string[]): Promise<string[]> {
  await sleep(60)
  const found = await Promise.all(paths.map((path) => instance().get(keyOf(path), { kind: 'APP_PAGE' })))
  return paths.filter((_, index) => found[index] !== null)
}

const PATHS = ['/', '/blog', '/blog/a', '/blog/a_b', '/blogger', '/über', '/news']

async function filled(): Promise<{ fleet: Fleet; b: Instance }> {
  const fleet = createHandlerFleet(s3)
  const [a, b] = [fleet.instance(), fleet.instance()]
  await a().get('/nothing', { kind: 'APP_PAGE' })
  await fill(a, PATHS)
  expect(await left(b, PATHS)).toEqual(PATHS)
  return { fleet, b }
}

describe('clearing', () => {
  it('by path deletes that page with its index objects, here and in every memory, and nothing else', async () => {
    const { fleet, b } = await filled()
    const before = await fleet.keys('')
    await clearNext({ path: '/blog/a' })
    expect(await left(b, PATHS)).toEqual(PATHS.filter((path) => path !== '/blog/a'))
    const after = await fleet.keys('')
    expect(before.filter((key) => !after.includes(key)).map((key) => key.split('/')[0])).toEqual([
      'entries',
      'index',
      'index',
    ])
    expect(after.filter((key) => !before.includes(key)).every((key) => key.startsWith('tags/'))).toBe(true)
  })

  it('by path takes the front page and what is not ASCII, too', async () => {
    const { b } = await filled()
    await clearNext({ path: '/' })
    await clearNext({ path: '/%C3%BCber/' })
    expect(await left(b, PATHS)).toEqual(PATHS.filter((path) => path !== '/' && path !== '/über'))
  })

  it('by prefix deletes the pages whose path begins so', async () => {
    const { fleet, b } = await filled()
    await clearNext({ pathPrefix: '/blog/' })
    expect(await left(b, PATHS)).toEqual(PATHS.filter((path) => !path.startsWith('/blog/')))
    const pages = (await fleet.keys('entries/')).filter((key) => key.includes('/page/'))
    expect(pages.map(pathOf).some((path) => path.startsWith('/blog/'))).toBe(false)
    expect((await fleet.keys('index/')).some((key) => pathOf(key).startsWith('/blog/'))).toBe(false)
  })

  it('by tag deletes what carries it, data too, and forgets what the index says of nothing', async () => {
    const { fleet, b } = await filled()
    const { store } = s3
    const dangling = `${fleet.prefix}v1/index/all/d1/page/gone`
    await store.put(dangling, Buffer.alloc(0))
    expect(await clearNext({ pathPrefix: '/in' })).toEqual({ deleted: 0 })
    await clearNext({ tag: 'only-/news' })
    expect(await left(b, PATHS)).toEqual(PATHS.filter((path) => path !== '/news'))
    await clearNext({ tag: 'all' })
    expect(await left(b, PATHS)).toEqual([])
    expect(await fleet.keys('entries/')).toEqual([])
    // Too young to be sure that its entry is not on its way.
    expect(await fleet.keys('index/')).toEqual(['index/all/d1/page/gone'])
  })

  it('of one kind leaves the others', async () => {
    const { fleet, b } = await filled()
    await clearNext({ kind: 'fetch' })
    expect(await b().get('data', { kind: 'FETCH', tags: ['all'] })).toBeNull()
    expect(await left(b, PATHS)).toEqual(PATHS)
    await clearNext({ kind: 'page' })
    expect(await fleet.keys('entries/')).toEqual([])
  })

  it('of this deployment leaves the others; of all leaves none', async () => {
    const { fleet } = await filled()
    const other = createBuild('b2')
    // Its handler runs in another process, as far as clearNext can tell.
    const { store } = s3
    const object = await store.get(`${fleet.prefix}v1/${(await fleet.keys('entries/b1/'))[0]}`)
    const otherKey = `${fleet.prefix}v1/entries/b2/page/%2Froute-cache/APP_PAGE/${SHA}/$/blog`
    if (object.kind === 'found') await store.put(otherKey, object.body)
    expect(other).toBeTruthy()
    await clearNext({})
    expect(await fleet.keys('entries/')).toEqual([otherKey.slice(`${fleet.prefix}v1/`.length)])
    await clearNext({ path: '/blog', deployment: 'all' })
    expect(await fleet.keys('entries/')).toEqual([])
  })

  it('does not touch what another prefix, or somebody else, has in the bucket', async () => {
    const { store } = s3
    const { fleet } = await filled()
    const prefix = fleet.prefix.slice(0, -1)
    const foreign = [`${prefix}_2v1/entries/x`, `${prefix}v10/entries/x`, prefix, `${prefix}/v10/x`, `${prefix}/v2/x`]
    for (const key of foreign) await store.put(key, Buffer.from(key))
    await clearNext({ deployment: 'all' })
    expect(await fleet.keys('entries/')).toEqual([])
    for (const key of foreign) expect(await store.get(key)).toMatchObject({ kind: 'found', body: Buffer.from(key) })
  })

  it('says what is wrong with a selection that cannot work', async () => {
    await filled()
    const wrong: [object, string][] = [
      [{ tag: undefined }, '"tag" is undefined: leave it out where it is not to narrow the selection'],
      [{ path: 'blog' }, '"path" must be a path that begins with "/", got \'blog\''],
      [{ pathPrefix: '' }, '"pathPrefix" must be a path that begins with "/", got \'\''],
      [{ tag: 3 }, '"tag" must be a non-empty string, got 3'],
      [{ path: '/a', tag: 't' }, '"tag" and "path" exclude each other'],
      [{ kind: 'data' }, '"kind" must be one of page, fetch, image, use-cache, got \'data\''],
      [{ kind: 'image', path: '/a' }, '"kind" must be page for a path, got \'image\''],
      [{ deployment: 'old' }, '"deployment" must be current or all, got \'old\''],
      [{ wholeBucket: 1 }, '"wholeBucket" must be true or false, got 1'],
      [{ prefix: '/a' }, '"prefix" is none of path, pathPrefix, tag, kind, deployment, wholeBucket'],
    ]
    for (const [selection, message] of wrong) {
      await expect(clearNext(selection)).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION', message })
    }
  })
})
