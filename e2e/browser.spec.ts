import type { Page, Request } from '@playwright/test'
import { startRoundRobinProxy } from '../scripts/lib/round-robin-proxy.mjs'
import { renderOn } from './lib/render-on.ts'
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

test('the optimised image is drawn by both instances', { tag: '@control' }, async ({ fleet, page }) => {
  for (const { url } of [fleet.a, fleet.b]) {
    await page.goto(`${url}/photo`)
    const image = page.getByRole('img', { name: 'A gradient' })
    await expect.poll(() => image.evaluate((element): unknown => Reflect.get(element, 'naturalWidth'))).toBe(64)
  }
})
