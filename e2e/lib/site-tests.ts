import { setTimeout as sleep } from 'node:timers/promises'
import type { SiteName } from './builds.ts'
import { settled } from './render-on.ts'
import {
  ask,
  document,
  fetched,
  isHit,
  made,
  NAVIGATION,
  newPath,
  posted,
  type Seen,
  shown,
  type Site,
  startSite,
  stored,
  TAG_REFRESH_MS,
} from './site.ts'
import { describeLoaders } from './site-loader-tests.ts'
import { describeParts } from './site-part-tests.ts'
import { Stage } from './stage.ts'
import { expect, test } from './test.ts'

export interface SiteSubject {
  readonly title: string
  readonly build: SiteName
  /** What the URL of the data of `/` is. */
  readonly rootData: '/_root.data' | '/_.data'
  /** Whether data, and what no browser navigates to, is answered from the cache: else navigations alone. */
  readonly isShownAll: boolean
  /** Whether the cache is in front of the handler, and not middleware. */
  readonly isWrapped?: boolean
}

/** Registers the tests of whole responses and of loaders, for one build of the app. */
export function describeSite(subject: SiteSubject): void {
  test.describe(subject.title, () => {
    let stage: Stage
    let site: Site
    test.beforeAll(async () => {
      test.setTimeout(300_000)
      stage = new Stage()
      const { build, isWrapped = false } = subject
      site = await startSite(stage, { build, env: { FIXTURE_WRAPPED: isWrapped ? '1' : '' } })
    })
    test.afterAll(() => stage.close())

    describeKinds(subject, () => site)
    describeOthers(subject, () => site)
    describeParts(subject, () => site)
    describeLoaders(() => site)
    describePrivacy(() => site)
    describeMutations(() => site)
  })
}

function describeKinds({ isShownAll, rootData }: SiteSubject, site: () => Site): void {
  test('documents and data never mix, whatever comes first', async () => {
    const { a, b } = site()
    const [one, other] = [newPath('page'), newPath('page')]
    for (const [page, data] of [
      ['/', rootData],
      [one, `${one}.data`],
      [other, `${other}.data`],
    ] as const) {
      for (const server of [a, b, a, b]) {
        const [html, rows] = [await document(server, page), await fetched(server, data)]
        expect([html.headers.get('content-type'), html.body.slice(0, 15)]).toEqual(['text/html', '<!DOCTYPE html>'])
        expect([rows.headers.get('content-type'), rows.body[0]]).toEqual(['text/x-script', '['])
      }
      await settled(site().bucket)
      for (const server of [a, b]) {
        expect([isHit(await document(server, page)), isHit(await fetched(server, data))]).toEqual([true, isShownAll])
      }
    }
  })

  test('data for some of the routes is a response of its own', async () => {
    const { a } = site()
    const data = `${newPath('parent')}.data`
    for (const _ of [1, 2]) {
      const [all, parent, child] = [
        await fetched(a, data),
        await fetched(a, `${data}?_routes=routes%2Fparent`),
        await fetched(a, `${data}?_routes=routes%2Fchild`),
      ]
      expect([all, parent, child].map(({ body }) => [body.includes('"parent"'), body.includes('"child"')])).toEqual([
        [true, true],
        [true, false],
        [false, true],
      ])
      await sleep(100)
    }
  })

  test('an address with a slash at its end is never answered by data, nor data by it', async () => {
    const { a } = site()
    const page = newPath('page')
    for (const _ of [1, 2]) {
      expect((await document(a, `${page}/`)).headers.get('content-type')).toBe('text/html')
      for (const data of [`${page}.data`, `${page}/_.data`]) {
        const { status, body } = await fetched(a, data)
        expect([status, body.startsWith('<')]).toEqual([expect.any(Number), false])
      }
      await sleep(100)
    }
  })
}

function describeOthers({ isShownAll }: SiteSubject, site: () => Site): void {
  test('a redirect is from the cache, and data tells of it in its own way', async () => {
    const { a, b } = site()
    const path = newPath('moved')
    const first = await made(site(), path)
    expect([first.status, first.headers.get('location')]).toEqual([301, expect.stringMatching(/^\/page\//)])
    const again = await document(b, path)
    expect([again.status, again.headers.get('location')]).toEqual([301, first.headers.get('location')])
    expect((await fetched(a, `${path}.data`)).status).toBe(202)
  })

  test('a resource route is from the cache where it can be told from data', async () => {
    const { a, b } = site()
    const path = newPath('api')
    const first = await fetched(a, path)
    if (isShownAll) await stored(site(), path)
    const again = await fetched(b, path)
    expect(isHit(again)).toBe(isShownAll)
    expect(again.body === first.body).toBe(isShownAll)
    expect(again.headers.get('content-type')).toContain('application/json')
  })

  test('HEAD and If-None-Match are answered from the cache', async () => {
    const { a, b } = site()
    const path = newPath('page')
    await made(site(), path)
    const { headers, body } = await document(b, path)
    const head = await ask(a, path, { method: 'HEAD', headers: NAVIGATION })
    expect([head.status, head.body, isHit(head)]).toEqual([200, '', true])
    expect(head.headers.get('content-length')).toBe(String(Buffer.byteLength(body)))
    const unchanged = await document(a, path, { 'if-none-match': headers.get('etag') ?? '' })
    expect([unchanged.status, unchanged.body, isHit(unchanged)]).toEqual([304, '', true])
    expect(headers.get('cache-control')).toBe('public, max-age=0, must-revalidate')
    expect(Number(headers.get('age'))).toBeGreaterThanOrEqual(0)
  })
}

function describePrivacy(site: () => Site): void {
  test('what is one person’s own is never stored', async () => {
    const { a } = site()
    const own = ['set-cookie:a=1', 'cache-control:private', 'cache-control:no-store', 'vary:cookie']
    for (const header of own) {
      const path = `${newPath('own')}?header=${encodeURIComponent(header)}`
      const renders = [await document(a, path), await document(a, path), await document(a, path)].map(
        (seen) => seen.renders,
      )
      await sleep(50)
      renders.push((await document(a, path)).renders)
      expect(new Set(renders.flat()).size, header).toBe(4)
    }
  })

  test('who says who they are is passed by', async () => {
    const { a, b } = site()
    const path = newPath('own')
    const first = await made(site(), path)
    expect((await document(b, path)).renders).toEqual(first.renders)
    for (const headers of [{ authorization: 'Bearer x' }, { cookie: 'session=1' }]) {
      const seen = await document(a, path, headers)
      expect(seen.cache[0]).toBe('fwd=bypass')
      expect(seen.renders).not.toEqual(first.renders)
    }
    expect((await document(a, path)).renders).toEqual(first.renders)
  })
}

function describeMutations(site: () => Site): void {
  test('what an action has changed is seen at once here, and in time by the other process', async () => {
    const { a, b } = site()
    const [page, post, kept] = [newPath('page'), newPath('post'), newPath('own')]
    for (const path of [page, post, kept]) await made(site(), path)
    const before = await Promise.all([page, post, kept].map((path) => document(b, path)))
    for (const path of [page, post]) {
      const saved = await posted(a, `${path}.data`)
      expect(saved.status).toBe(200)
    }
    const here = await Promise.all([page, post, kept].map((path) => document(a, path)))
    await sleep(TAG_REFRESH_MS + 100)
    const there = await Promise.all([page, post, kept].map((path) => document(b, path)))
    for (const after of [here, there]) {
      expect(after.map((seen, index) => shown(seen, 'render') === shown(before[index] as Seen, 'render'))).toEqual([
        false,
        false,
        true,
      ])
    }
  })

  test('a stale page is served while a new one is made', async () => {
    const { a } = site()
    const lifetime = 'cache-control:public, s-maxage=1, stale-while-revalidate=60'
    const path = `${newPath('own')}?header=${encodeURIComponent(lifetime)}`
    const first = await document(a, path)
    await sleep(1300)
    const stale = await document(a, path)
    expect([stale.renders, stale.cache]).toEqual([first.renders, ['hit', expect.stringMatching(/^ttl=-/)]])
    await expect.poll(async () => (await document(a, path)).renders).not.toEqual(first.renders)
  })
}
