import { setTimeout as sleep } from 'node:timers/promises'
import { document, fetched, isHit, made, posted, shown, type Site, startSite, TAG_REFRESH_MS } from './lib/site.ts'
import { describeLoaders } from './lib/site-loader-tests.ts'
import { describeParts } from './lib/site-part-tests.ts'
import { Stage } from './lib/stage.ts'
import { expect, test } from './lib/test.ts'

/** Without single fetch each route's data is its own. */
const streamedData = (path: string): string => `${path}&_data=routes%2Fstreamed.%24slug`

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

  describeParts({ isWrapped: true }, () => site)
  describeLoaders(() => site)
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

  describeParts({ isWrapped: true, dataOf: streamedData }, () => site)
})
