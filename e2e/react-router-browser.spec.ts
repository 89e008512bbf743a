import { setTimeout as sleep } from 'node:timers/promises'
import type { Page, Request } from '@playwright/test'
import { cachedOnBoth, expectUntouched, type FrontedSite, objectsOf, startFrontedSite } from './lib/fronted-site.ts'
import { TAG_REFRESH_MS } from './lib/site.ts'
import { Stage } from './lib/stage.ts'
import { expect, test } from './lib/test.ts'

const stage = new Stage()
let front: FrontedSite
test.beforeAll(async () => {
  test.setTimeout(300_000)
  front = await startFrontedSite(stage)
})
test.afterAll(async () => {
  await front.close()
  await stage.close()
})

let shelves = 0

interface Shelf {
  readonly one: string
  readonly two: string
  /** With a tag that nothing invalidates. */
  readonly kept: string
}

/** Pages that lead to each other, and are cached on A and B. A answers. */
async function newShelf(): Promise<Shelf> {
  const shelf = `shelf-${++shelves}`
  const paths = { one: `/shelf/${shelf}/one`, two: `/shelf/${shelf}/two`, kept: `/shelf/${shelf}-kept/one` }
  for (const path of Object.values(paths)) await cachedOnBoth(front, path)
  front.turnTo(front.a)
  return paths
}

const open = async (page: Page, path: string): Promise<void> => void (await page.goto(front.url + path))
const follow = (page: Page, name: string): Promise<void> => page.getByRole('link', { name, exact: true }).click()
const save = (page: Page): Promise<void> => page.getByRole('button', { name: 'Save' }).click()

/** What the page says that the origin had been asked for it, and what the origin says by now. */
async function expectShown(
  page: Page,
  path: string,
  { shown, asked }: Record<'shown' | 'asked', number>,
): Promise<void> {
  await expect(page.locator('h1')).toHaveText(path.split('/').at(-1) ?? '')
  await expect(page.locator('#hits')).toHaveText(String(shown))
  expect(front.hits(path)).toBe(asked)
}

/** B answers, once it has had the time to hear of what A was told. */
async function turnToB(): Promise<void> {
  await sleep(TAG_REFRESH_MS + 100)
  front.turnTo(front.b)
}

test('what an action on A has changed is shown by B at the next click, and A’s new page is a hit there', async ({
  page,
}) => {
  const { one, two, kept } = await newShelf()
  await open(page, one)
  await page.evaluate(() => Object.assign(globalThis, { isSameDocument: true }))
  await expectShown(page, one, { shown: 1, asked: 2 })
  await follow(page, 'to two')
  await expectShown(page, two, { shown: 2, asked: 2 })
  await save(page)
  await expectShown(page, two, { shown: 3, asked: 3 })

  await turnToB()
  await follow(page, 'to one')
  await expectShown(page, one, { shown: 3, asked: 3 })
  await follow(page, 'to two')
  await expectShown(page, two, { shown: 3, asked: 3 })
  expect(await page.evaluate(() => 'isSameDocument' in globalThis)).toBe(true)
  await open(page, two)
  await expectShown(page, two, { shown: 4, asked: 4 })
  await expectUntouched(front, kept)
})

test('the same without JavaScript', async ({ browser }) => {
  const { one, two, kept } = await newShelf()
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await open(page, one)
  await expectShown(page, one, { shown: 1, asked: 2 })
  await follow(page, 'to two')
  await expectShown(page, two, { shown: 1, asked: 2 })
  await save(page)
  await expectShown(page, two, { shown: 3, asked: 3 })

  await turnToB()
  await follow(page, 'to one')
  await expectShown(page, one, { shown: 3, asked: 3 })
  await follow(page, 'to two')
  await expectShown(page, two, { shown: 4, asked: 4 })
  front.turnTo(front.a)
  await page.reload()
  await expectShown(page, two, { shown: 4, asked: 4 })
  await expectUntouched(front, kept)
  await context.close()
})

test('back and forward show what was there before an action, and after it nothing that is older', async ({ page }) => {
  const { one, two, kept } = await newShelf()
  await open(page, kept)
  await open(page, one)
  await follow(page, 'to two')
  await page.goBack()
  await expectShown(page, one, { shown: 2, asked: 2 })
  await page.goForward()
  await expectShown(page, two, { shown: 2, asked: 2 })
  await save(page)
  await expectShown(page, two, { shown: 3, asked: 3 })

  await turnToB()
  await page.goBack()
  await expectShown(page, one, { shown: 3, asked: 3 })
  await page.goForward()
  await expectShown(page, two, { shown: 3, asked: 3 })
  await page.goBack()
  await expectShown(page, one, { shown: 3, asked: 3 })
  await expectUntouched(front, kept)
})

test('what is prefetched on hover has to be asked for again, and shows what was changed meanwhile', async ({
  page,
}) => {
  const { one, two, kept } = await newShelf()
  await open(page, one)
  const prefetched = await hover(page, 'hover two')
  expect(prefetched.headers['cache-status']).toMatch(/^s3-cache; hit;/)
  expect(prefetched.headers['cache-control']).toBe('public, max-age=0, must-revalidate')
  const clicked = page.waitForRequest((request) => isDataOf(request, two))
  await follow(page, 'to two')
  await expectShown(page, two, { shown: 2, asked: 2 })
  // Which a 304 answers.
  expect(await (await clicked).headerValue('if-none-match')).toBe(prefetched.headers['etag'])

  await follow(page, 'to one')
  await hover(page, 'hover two')
  await save(page)
  await expectShown(page, one, { shown: 3, asked: 3 })
  await turnToB()
  await follow(page, 'to two')
  await expectShown(page, two, { shown: 3, asked: 3 })
  await expectUntouched(front, kept)
})

test('what is one person’s own is not stored because it was prefetched', async ({ page }) => {
  const { one, kept } = await newShelf()
  await open(page, one)
  for (const [name, cacheControl] of [
    ['private', 'private, max-age=60'],
    ['cookie', 'public, max-age=0, must-revalidate'],
  ] as const) {
    const path = one.replace(/one$/, name)
    const { headers } = await hover(page, `hover ${name}`)
    expect(headers['cache-status']).toMatch(/; fwd=uri-miss;.*; detail=(?:private|set-cookie)$/)
    expect(headers['cache-control']).toBe(cacheControl)
    expect(front.hits(path)).toBe(1)
    for (const server of [front.a, front.b, front.a]) await front.askBoth(server, path)
    expect(front.hits(path)).toBe(7)
    expect(await objectsOf(front, path)).toEqual([])
  }
  await expectUntouched(front, kept)
})

const isDataOf = (request: Request, path: string): boolean => new URL(request.url()).pathname === `${path}.data`

/** Rests on a link, whose data the page then prefetches. */
async function hover(page: Page, name: string): Promise<{ readonly headers: Readonly<Record<string, string>> }> {
  const prefetching = page.waitForRequest((request) => request.headers()['sec-purpose'] === 'prefetch')
  await page.getByRole('link', { name, exact: true }).hover()
  const response = await (await prefetching).response()
  if (response === null) throw new Error(`No answer to what ${name} prefetches`)
  await response.finished()
  return { headers: await response.allHeaders() }
}
