import { setTimeout as sleep } from 'node:timers/promises'
import { document, fetched, made, posted, type Seen, type Site, startSite, TAG_REFRESH_MS } from './lib/site.ts'
import { Stage } from './lib/stage.ts'
import { expect, test } from './lib/test.ts'

const isHit = ({ cache }: Seen): boolean => cache[0] === 'hit'
const shown = ({ body }: Seen, id: string): string | undefined => new RegExp(`id="${id}"[^>]*>([^<]*)<`).exec(body)?.[1]

test.describe('Remix 2 with single fetch', () => {
  let stage: Stage
  let site: Site
  test.beforeAll(async () => {
    test.setTimeout(300_000)
    stage = new Stage()
    site = await startSite(stage, { build: 'remix2' })
  })
  test.afterAll(() => stage.close())

  test('documents and data are both from the cache, and never mix', async () => {
    const { a, b } = site
    for (const [page, data] of [
      ['/', '/_root.data'],
      ['/page/mixed', '/page/mixed.data'],
    ] as const) {
      for (const server of [a, b, a]) {
        const [html, rows] = [await document(server, page), await fetched(server, data)]
        expect([html.headers.get('content-type'), rows.headers.get('content-type')]).toEqual([
          'text/html',
          'text/x-script',
        ])
        await sleep(100)
      }
      expect([isHit(await document(b, page)), isHit(await fetched(b, data))]).toEqual([true, true])
    }
  })

  test('a loader’s data keeps its types, and its Promise, in both processes', async () => {
    const { b } = site
    const first = await made(site, '/post/typed')
    const again = await document(b, '/post/typed')
    expect([shown(again, 'types'), shown(again, 'values')]).toEqual([
      'true true true true',
      '1970-01-02T00:00:00.000Z 7 new',
    ])
    expect([shown(again, 'render'), shown(again, 'later')]).toEqual([shown(first, 'render'), shown(first, 'render')])
  })

  test('what an action has changed is seen at once here, and in time by the other process', async () => {
    const { a, b } = site
    for (const path of ['/post/saved-post', '/page/saved-page']) {
      const before = shown(await made(site, path), 'render')
      expect(shown(await document(b, path), 'render')).toBe(before)
      const saved = await posted(a, `${path}.data`)
      expect(saved.status).toBe(200)
      expect(shown(await document(a, path), 'render')).not.toBe(before)
      await sleep(TAG_REFRESH_MS + 100)
      expect(shown(await document(b, path), 'render')).not.toBe(before)
    }
  })
})

test.describe('Remix 2 without single fetch', () => {
  let stage: Stage
  let site: Site
  test.beforeAll(async () => {
    test.setTimeout(300_000)
    stage = new Stage()
    site = await startSite(stage, { build: 'remix2Plain' })
  })
  test.afterAll(() => stage.close())

  test('documents and the data of each route are from the cache, and never mix', async () => {
    const { a, b } = site
    const data = '/page/data?_data=routes%2Fpage.%24slug'
    for (const server of [a, b, a]) {
      const [html, json] = [await document(server, '/page/data'), await fetched(server, data)]
      expect([html.headers.get('content-type'), json.headers.get('content-type')]).toEqual([
        'text/html',
        'application/json; charset=utf-8',
      ])
      await sleep(100)
    }
    expect([isHit(await document(b, '/page/data')), isHit(await fetched(b, data))]).toEqual([true, true])
  })

  test('a deferred value is whole from the cache, and not there where it has failed', async () => {
    const { a, b } = site
    await made(site, '/streamed/whole')
    expect(shown(await document(b, '/streamed/whole'), 'later')).toBe('all there')
    const data = '/streamed/bad?fail&_data=routes%2Fstreamed.%24slug'
    for (const path of ['/streamed/bad?fail', data]) {
      const { status, body } = await document(a, path)
      expect([status, body.includes('failed') || body.includes('error:')]).toEqual([200, true])
      await sleep(500)
      expect(isHit(await document(a, path))).toBe(false)
    }
  })
})
