import { buildSite } from './lib/build-site.ts'
import { SITES } from './lib/builds.ts'
import { document, fetched, made, startSite } from './lib/site.ts'
import { describeSite } from './lib/site-tests.ts'
import { expect, test } from './lib/test.ts'

const rootData = '/_root.data' as const

describeSite({
  title: 'React Router 7 on its default flags, by middleware',
  build: 'router7',
  rootData,
  isShownAll: false,
})

describeSite({
  title: 'React Router 7 that passes requests through, by middleware',
  build: 'router7Raw',
  rootData,
  isShownAll: true,
})

describeSite({
  title: 'React Router 7 on its default flags, around the handler',
  build: 'router7',
  rootData,
  isShownAll: true,
  isWrapped: true,
})

test('a deploy begins with pages of its own, and leaves those of the build before it', async ({ stage }) => {
  test.setTimeout(300_000)
  const old = await startSite(stage, { build: 'router7' })
  const before = await made(old, '/page/deployed')
  expect((await document(old.b, '/page/deployed')).renders).toEqual(before.renders)
  const build = await buildSite(SITES.router7Next)
  const server = await stage.siteServer({ name: 'new', build, env: old.env })
  const after = await document(server, '/page/deployed')
  expect(after.renders).not.toEqual(before.renders)
  expect((await document(old.b, '/page/deployed')).renders).toEqual(before.renders)
})

test('a browser that saves sees what it has saved, on the page that it is on and on the next', async ({
  stage,
  page,
}) => {
  test.setTimeout(300_000)
  const { a } = await startSite(stage, { build: 'router7Raw' })
  // No proxy is in front of it here.
  const headers = { 'x-forwarded-host': new URL(a.url).host }
  for (const path of ['/page/saved', '/page/saved-next']) {
    await document(a, path, headers)
    await fetched(a, `${path}.data`, headers)
  }
  await page.goto(`${a.url}/page/saved`)
  const before = await page.locator('#render').textContent()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.locator('#render')).not.toHaveText(before ?? '')
  const after = await page.locator('#render').textContent()
  await page.getByRole('link', { name: 'Next' }).click()
  await expect(page).toHaveURL(/saved-next$/)
  await page.goBack()
  await expect(page.locator('#render')).toHaveText(after ?? '')
  await page.reload()
  await expect(page.locator('#render')).not.toHaveText(before ?? '')
})
