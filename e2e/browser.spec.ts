import type { Page, Request } from '@playwright/test'
import { startRoundRobinProxy } from '../scripts/lib/round-robin-proxy.mjs'
import { expectFollows } from './lib/expect-follows.ts'
import type { Fleet } from './lib/fleet.ts'
import { bellOf, invalidate, rung } from './lib/invalidate.ts'
import { renderOn } from './lib/render-on.ts'
import { expectUntouched, renderedOnBoth } from './lib/rendered-on-both.ts'
import { expect, test } from './lib/test.ts'

const crossInstance = { tag: ['@cache', '@cross-instance'] }

/** The whole page, which comes after its outline. */
const isPrefetch = (request: Request): boolean =>
  request.url().includes('/forever/prefetched') && !('next-router-segment-prefetch' in request.headers())

const renderOf = async (page: Page): Promise<string> => (await page.locator('#render').innerText()).slice(0, 60)

test('four reloads through the proxy show one render', crossInstance, async ({ fleet, page }) => {
  const { a, b, bucket, origin } = fleet
  const proxy = await startRoundRobinProxy({ port: 0, targets: [a.url, b.url] })
  await renderOn(a, '/forever/reloaded', bucket)
  await page.goto(`${proxy.url}/forever/reloaded`)
  const first = await renderOf(page)
  for (let reload = 0; reload < 4; reload += 1) {
    await page.reload()
    expect(await renderOf(page)).toBe(first)
  }
  await proxy.close()
  expect(origin.hits('forever/reloaded')).toBe(1)
})

test('a client navigation on B shows what A rendered', crossInstance, async ({ fleet, page }) => {
  const { a, b, bucket, origin } = fleet
  const { render } = await renderOn(a, '/forever/clicked', bucket)
  await page.goto(b.url)
  await page.evaluate(() => Object.assign(globalThis, { isSameDocument: true }))
  await page.getByRole('link', { name: 'clicked' }).click()
  await expect(page.locator('#render')).toContainText(`render ${render}`)
  expect(await page.evaluate(() => 'isSameDocument' in globalThis)).toBe(true)
  expect(origin.hits('forever/clicked')).toBe(1)
})

test('what B prefetches is what A rendered, and is shown without a network', crossInstance, async ({ fleet, page }) => {
  const { a, b, bucket, origin } = fleet
  const { render } = await renderOn(a, '/forever/prefetched', bucket)
  const prefetched = page.waitForEvent('requestfinished', isPrefetch)
  await page.goto(b.url)
  await prefetched
  await page.waitForLoadState('networkidle')
  await page.context().setOffline(true)
  await page.getByRole('link', { name: 'prefetched' }).click()
  await expect(page.locator('#render')).toContainText(`render ${render}`)
  expect(origin.hits('forever/prefetched')).toBe(1)
})

test(
  'a navigation and a prefetch on B show what was rendered after an invalidation on A',
  crossInstance,
  async ({ fleet, page }) => {
    const { a, b, bucket, tagRefreshMs } = fleet
    for (const name of ['clicked', 'prefetched', 'control']) await renderedOnBoth(fleet, `/tagged/links-${name}`)
    const { acknowledged } = await invalidate(a, bucket, 'hard', 'tag-links-clicked', 'tag-links-prefetched')
    await acknowledged
    await page.waitForTimeout(tagRefreshMs)
    await page.goto(`${b.url}/links/links`)
    await page.waitForLoadState('networkidle')
    await page.context().setOffline(true)
    await page.getByRole('link', { name: 'prefetched' }).click()
    await expect(page.locator('#render')).toContainText(/^hits 2,.* data 2$/)

    await page.context().setOffline(false)
    await page.goto(`${b.url}/links/links`)
    await page.getByRole('link', { name: 'clicked' }).click()
    await expect(page.locator('#render')).toContainText(/^hits 2,.* data 2$/)
    await expectUntouched(fleet, '/tagged/links-control')
  },
)

test(
  'the page that a server action leads to shows what it wrote, and so does B',
  crossInstance,
  async ({ fleet, page }) => {
    await expectOwnWrite(fleet, page, 'act')
  },
)

test('the same without JavaScript', crossInstance, async ({ fleet, browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false })
  await expectOwnWrite(fleet, await context.newPage(), 'act-plain')
  await context.close()
})

test('the optimised image is drawn by both instances', { tag: '@control' }, async ({ fleet, page }) => {
  for (const { url } of [fleet.a, fleet.b]) {
    await page.goto(`${url}/photo`)
    const image = page.getByRole('img', { name: 'A gradient' })
    await expect.poll(() => image.evaluate((element): unknown => Reflect.get(element, 'naturalWidth'))).toBe(64)
  }
})

/** An action on A calls `updateTag`, then redirects to a page with that tag. */
async function expectOwnWrite(fleet: Fleet, page: Page, slug: string): Promise<void> {
  const { a, b, bucket, tagRefreshMs } = fleet
  const path = `/tagged/${slug}`
  const old = await renderedOnBoth(fleet, path)
  await renderedOnBoth(fleet, `${path}-control`)
  await page.goto(`${a.url}/act/${slug}`)
  const bell = await bellOf(bucket)
  await page.getByRole('button', { name: 'write' }).click()
  await page.waitForURL(`**${path}`)
  await expect(page.locator('#render')).toContainText('data 2')
  const shown = await page.locator('#render').innerText()
  expect(Number(/^hits (\d+)/.exec(shown)?.[1])).toBeGreaterThan(1)
  await expectFollows(b, { path, old, acknowledgedAt: await rung(bucket, bell), tagRefreshMs })
  await expectUntouched(fleet, `${path}-control`)
}
