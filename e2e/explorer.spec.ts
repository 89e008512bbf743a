import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { createS3Cache, memoryStore, type S3Cache } from '../packages/s3-cache-handler/src/cache.ts'
import { cleanEnv } from './lib/clean-env.ts'
import { credentialsEnv } from './lib/bucket.ts'
import { BUCKET, REGION } from './lib/credentials.ts'
import { explorerPages } from './lib/explorer-pages.ts'
import { expectFollows, isNewer } from './lib/expect-follows.ts'
import { type Fleet, startFleet } from './lib/fleet.ts'
import { objectsIn } from './lib/objects.ts'
import { type OtherSite, startOtherSite } from './lib/other-site.ts'
import { expectUntouched, renderedOnBoth } from './lib/rendered-on-both.ts'
import { repositoryDir } from './lib/run-dir.ts'
import { type ServedExplorer, serveExplorer } from './lib/served-explorer.ts'
import { seriousFindings } from './lib/serious-findings.ts'
import { Stage } from './lib/stage.ts'
import { expect, test } from './lib/test.ts'
import type { Visit } from './lib/visit.ts'

const PASSWORD = 'an-operator-knows-it'
const PREFIX = 'explored/'
/** What is asked of the bucket is what is in it now. */
const UNCACHED = { memoryMaxBytes: 0, memoryCheckMs: 0, tagRefreshMs: 0 } as const
const VIEWPORTS = [
  { name: 'wide', width: 1280, height: 860 },
  { name: 'phone', width: 390, height: 844 },
] as const

test.use({ httpCredentials: { username: 'ops', password: PASSWORD } })

const stage = new Stage()
let fleet: Fleet
let data: S3Cache
let site: OtherSite
/** With what no app would store. */
let odd: ServedExplorer
/** With nothing to explore. */
let closed: ServedExplorer

test.beforeAll(async () => {
  fleet = await startFleet(stage, { prefix: PREFIX, env: { FIXTURE_EXPLORER_PASSWORD: PASSWORD } })
  site = await startOtherSite()
  Object.assign(process.env, credentialsEnv())
  const prefix = fleet.bucket.prefix + PREFIX
  data = createS3Cache({
    bucket: BUCKET,
    endpoint: fleet.bucket.url,
    region: REGION,
    prefix,
    log: 'silent',
    ...UNCACHED,
  })
  const store = memoryStore()
  await store.put('odd/v1/entries/~shared/data/damaged', Buffer.from('no entry'))
  const oddCache = createS3Cache({ store, prefix: 'odd/', log: 'silent' })
  await oddCache.set('huge', Buffer.alloc(9 * 1024 * 1024))
  odd = await serveExplorer(oddCache)
  closed = await serveExplorer()
})
test.afterAll(async () => {
  await odd.close()
  await closed.close()
  await data.close()
  await site.close()
  await stage.close()
})

const explorerOf = (query = ''): string => `${fleet.a.url}/api/explorer${query}`

async function openEntry(page: Page, path: string): Promise<void> {
  await page.goto(explorerOf())
  await page.getByLabel('Path begins with').fill(path)
  await page.getByRole('button', { name: 'Find' }).click()
  await page.getByRole('link', { name: path, exact: true }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(path)
}

/** Says yes to what is asked. Resolves with the `performance.now()` of a moment after it was done. */
async function confirm(page: Page, button: string, says: string): Promise<number> {
  await page.getByRole('button', { name: button, exact: true }).click()
  await expect(page.getByRole('status')).toHaveText(says)
  return performance.now()
}

async function followers(path: string, old: Visit, acknowledgedAt: number): Promise<readonly Visit[]> {
  const { a, b, tagRefreshMs } = fleet
  return await Promise.all(
    [a, b].map((instance) => expectFollows(instance, { path, old, acknowledgedAt, tagRefreshMs })),
  )
}

test('shows nothing to who does not know the password', async () => {
  for (const query of ['', '?view=tags', '?view=instance', '?view=confirm&do=clear&all=yes', '?view=nothing']) {
    const answer = await fetch(explorerOf(query))
    expect([answer.status, await answer.text()], query).toEqual([401, 'Who are you?'])
  }
})

test('revalidates a tag, and the fleet follows', async ({ page }) => {
  const path = '/tagged/explorer-tag'
  const old = await renderedOnBoth(fleet, path)
  await renderedOnBoth(fleet, '/tagged/explorer-tag-not')
  await openEntry(page, path)
  await page.getByRole('link', { name: 'tag-explorer-tag', exact: true }).click()
  await page.getByRole('button', { name: 'Revalidate…' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Revalidate tag “tag-explorer-tag”?')
  const at = await confirm(page, 'Revalidate', 'Revalidated tag “tag-explorer-tag”: what is older is gone.')
  await followers(path, old, at)
  await expectUntouched(fleet, '/tagged/explorer-tag-not')
})

test('revalidates a tag softly: the entry is stale, and its page says why', async ({ page }) => {
  const path = '/tagged/explorer-soft'
  const old = await renderedOnBoth(fleet, path)
  await page.goto(explorerOf('?view=tag&tag=tag-explorer-soft'))
  await page.getByLabel('What is older is').selectOption('stale now')
  await page.getByLabel('If stale, gone in seconds').fill('3600')
  await page.getByRole('button', { name: 'Revalidate…' }).click()
  const says = 'Revalidated tag “tag-explorer-soft”: what is older is stale, and gone in 1h.'
  await confirm(page, 'Revalidate', says)
  await openEntry(page, path)
  await expect(page.getByRole('heading', { name: 'Why it is stale' })).toBeVisible()
  await expect(page.getByText(/tag "tag-explorer-soft" was invalidated .* ago \(soft\), gone in 5\dm/)).toBeVisible()
  await expect(page.getByRole('list', { name: 'The times of this entry' })).toContainText(
    'Tag “tag-explorer-soft” invalidated softly',
  )
  // Once more, while it is made anew behind it.
  expect((await fleet.a.visit(path)).cache).toBe('STALE')
  for (const instance of [fleet.a, fleet.b]) {
    await expect.poll(async () => isNewer(await instance.visit(path), old), { message: instance.name }).toBe(true)
  }
})

test('revalidates a path from the page of its entry, and leads back there', async ({ page }) => {
  const path = '/forever/explorer-path'
  const old = await renderedOnBoth(fleet, path)
  await openEntry(page, path)
  await page.getByRole('button', { name: 'Revalidate…' }).click()
  const at = await confirm(page, 'Revalidate', `Revalidated path “${path}”: what is older is gone.`)
  await expect(page.getByRole('heading', { name: 'Why it is expired' })).toBeVisible()
  await followers(path, old, at)
})

test('deletes an entry, from the bucket and from the memory of the fleet', async ({ page }) => {
  const path = '/forever/explorer-deleted'
  const old = await renderedOnBoth(fleet, path)
  await renderedOnBoth(fleet, `${path}-not`)
  await openEntry(page, path)
  await page.getByRole('link', { name: 'Delete this entry…' }).click()
  await page.getByRole('link', { name: 'Cancel' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(path)
  await page.getByRole('link', { name: 'Delete this entry…' }).click()
  const at = await confirm(page, 'Delete', `Deleted ${path}.`)
  expect([...(await objectsIn(fleet.bucket)).keys()].filter((key) => key.endsWith(path))).toEqual([])
  await followers(path, old, at)
  await expectUntouched(fleet, `${path}-not`)
})

test('clears what a filter shows, after it has said how many', async ({ page }) => {
  const paths = ['/forever/explorer-cleared-1', '/forever/explorer-cleared-2']
  const olds: Visit[] = []
  for (const path of paths) olds.push(await renderedOnBoth(fleet, path))
  await renderedOnBoth(fleet, '/forever/explorer-clear-not')
  await page.goto(explorerOf())
  await page.getByLabel('Path begins with').fill('/forever/explorer-cleared')
  await page.getByRole('button', { name: 'Find' }).click()
  await page.getByRole('link', { name: 'Clear what is like that…' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Clear 2 entries?')
  const at = await confirm(page, 'Clear', 'Deleted 2 entries.')
  await Promise.all(paths.map((path, index) => followers(path, olds[index] as Visit, at)))
  await expectUntouched(fleet, '/forever/explorer-clear-not')
})

test('clears everything under an empty prefix, once it was said that the bucket is known', async ({ page }) => {
  const whole = createS3Cache({ store: memoryStore(), log: 'silent' })
  const served = await serveExplorer(whole)
  await whole.set('one', 1, { tags: ['t'] })
  await whole.set('two', 2)
  await page.goto(served.url)
  await page.getByRole('link', { name: 'Clear everything…' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Clear 2 entries?')
  await page.getByRole('button', { name: 'Clear', exact: true }).click()
  // The browser asks for what is missing.
  await expect(page.getByRole('checkbox')).toBeFocused()
  expect(await whole.get('one')).toBe(1)
  await page.getByRole('checkbox', { name: /I know what is in this bucket/ }).check()
  await confirm(page, 'Clear', 'Deleted 2 entries.')
  await expect(page.getByText('There are no entries.')).toBeVisible()
  expect([await whole.get('one'), await whole.get('two')]).toEqual([undefined, undefined])
  await served.close()
})

test('shows what this instance has served, and what that has cost', async ({ page }) => {
  await page.goto(explorerOf('?view=instance'))
  await fleet.a.visit('/forever/explorer-counted')
  for (let visit = 0; visit < 9; visit++) await fleet.a.visit('/forever/explorer-counted')
  await page.reload()
  await expect(page.getByText(/^\d+\.\d %$/)).toBeVisible()
  await expect(page.getByRole('img', { name: 'Last hour: answers by what they were' })).toBeVisible()
  await expect(page.getByRole('row', { name: /^GetObject/ })).toBeVisible()
  await page.getByRole('link', { name: 'Last day' }).click()
  await expect(page.getByRole('img', { name: 'Last day: list price of the requests to S3' })).toBeVisible()
})

test('works without JavaScript', async ({ browser }) => {
  await data.set('explorer:plain', 'text', { tags: ['explorer-plain'] })
  const context = await browser.newContext({
    javaScriptEnabled: false,
    httpCredentials: { username: 'ops', password: PASSWORD },
  })
  const page = await context.newPage()
  await page.goto(explorerOf('?view=tag&tag=explorer-plain'))
  await page.getByRole('link', { name: 'Clear its entries…' }).click()
  await confirm(page, 'Clear', 'Deleted 1 entry.')
  await context.close()
})

test('can be used with a keyboard alone', async ({ page }) => {
  await data.set('explorer:keyboard', 'text', { tags: ['explorer-keyboard'] })
  await page.goto(explorerOf())
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused()
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeInViewport()
  await page.keyboard.press('Enter')
  await tabTo(page, 'Key begins with')
  await page.keyboard.type('explorer:keyb')
  await page.keyboard.press('Enter')
  await page.waitForURL('**key-prefix=explorer*')
  await tabTo(page, 'explorer:keyboard')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('explorer:keyboard')
  await tabTo(page, 'explorer-keyboard')
  await page.keyboard.press('Enter')
  await page.waitForURL('**view=tag&*')
  await tabTo(page, 'Revalidate…')
  await page.keyboard.press('Enter')
  await page.waitForURL('**view=confirm&*')
  await tabTo(page, 'Revalidate')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('status')).toContainText('Revalidated tag “explorer-keyboard”')
  expect(await data.get('explorer:keyboard')).toBeUndefined()
})

/** Tab by tab, as far as it takes; what has the focus must show it. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press('Tab')
    const [text, outline] = await page.evaluate<[string, string]>(`(() => {
      const { activeElement: element } = document
      const label = element.labels?.[0]?.firstChild?.textContent ?? element.textContent ?? ''
      return [label.trim(), getComputedStyle(element).outlineStyle]
    })()`)
    if (text !== name) continue
    expect(outline, name).toBe('solid')
    return
  }
  throw new Error(`No tab leads to "${name}"`)
}

/** Those that the guide shows. */
const SHOTS = ['entries', 'entry', 'page', 'tag', 'instance', 'clear']

for (const { name: size, ...viewport } of VIEWPORTS) {
  test(`has no serious finding by axe, light and dark, and nothing to scroll sideways: ${size}`, async ({ page }) => {
    test.setTimeout(180_000)
    const errors: string[] = []
    page.on('console', (message) => {
      // What is previewed may not do what it wants to, and the browser says so.
      const isOfPreview = [message.text(), message.location().url].some((text) => text.includes('view=preview'))
      if (message.type() === 'error' && !isOfPreview) errors.push(message.text())
    })
    const pages = await explorerPages(page, { explorerOf, fleet, data, odd, closed })
    errors.length = 0
    await page.setViewportSize(viewport)
    for (const [name, address] of pages) {
      await page.goto(address)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        const where = `${name}, ${size}, ${colorScheme}`
        expect(await seriousFindings(page), where).toEqual([])
        expect(await page.evaluate('document.documentElement.scrollWidth'), where).toBeLessThanOrEqual(viewport.width)
        if (process.env.SCREENSHOTS === '1' && SHOTS.includes(name)) {
          const path = join(repositoryDir, `docs/screenshots/explorer-${name}-${size}-${colorScheme}.png`)
          if (name === 'page') await page.locator('iframe').scrollIntoViewIfNeeded()
          await page.screenshot({ path, fullPage: true })
        }
      }
    }
    // The status of a page that says what is wrong is an error to the console.
    expect(errors.filter((error) => !/status of (40[04]|503)/.test(error))).toEqual([])
  })
}

test('an entry full of scripts does nothing', async ({ page }) => {
  const attack = (where: string): string =>
    `<script>alert('${where}'); fetch('${site.url}/${where}/fetch')</script>
     <img src="${site.url}/${where}/img" onerror="alert('${where}')"><svg onload="alert('${where}')"></svg>
     <link rel="stylesheet" href="${site.url}/${where}/css"><iframe src="${site.url}/${where}/frame"></iframe>
     <meta http-equiv="refresh" content="0;url=${site.url}/${where}/refresh"><body onload="alert('${where}')">
     <form action="${site.url}/${where}/form"><button autofocus onfocus="alert('${where}')">x</button></form>
     <style>@import url('${site.url}/${where}/import'); body { background: url('${site.url}/${where}/background') }</style>`
  const dialogs: string[] = []
  page.context().on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  // The control: elsewhere it does all of that, over and over.
  site.show(attack('control'))
  const control = await page.context().newPage()
  await control.goto(site.url)
  await expect.poll(() => site.hits.includes('/control/refresh')).toBe(true)
  expect(dialogs).toContain('control')
  expect(site.hits).toEqual(
    expect.arrayContaining(['/control/fetch', '/control/img', '/control/css', '/control/frame']),
  )
  await control.close()

  dialogs.length = 0
  await data.set(attack('key'), attack('body'), { tags: [attack('tag')], contentType: 'text/html' })
  await page.goto(explorerOf('?view=entries&kind=data&key-prefix=%3Cscript'))
  await page.getByRole('row').getByRole('link').first().click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('<script>alert(')
  await expect(page.locator('iframe')).toBeVisible()
  await page.locator('iframe').scrollIntoViewIfNeeded()
  const preview = (await page.locator('iframe').getAttribute('src')) ?? ''
  await page.waitForLoadState('networkidle')
  await page.getByText('Source').click()
  await expect(page.locator('pre').first()).toContainText("<script>alert('body')")
  await page.goto(explorerOf('?view=tags'))
  await page.goto(explorerOf(preview))
  await page.waitForLoadState('networkidle')
  const own = site.hits.filter((path) => !path.startsWith('/control/') && !['/', '/favicon.ico'].includes(path))
  expect([dialogs, own]).toEqual([[], []])
})

test('another site can neither act nor look', async ({ page }) => {
  await data.set('explorer:kept', 'text')
  await page.goto(explorerOf('?view=confirm&do=clear&key-prefix=explorer:kept'))
  const valueOf = async (name: string): Promise<string> =>
    (await page.locator(`input[name="${name}"]`).getAttribute('value')) ?? ''
  const [action, token] = [await valueOf('action'), await valueOf('token')]
  expect(token).toMatch(/^[\w-]{43}$/)
  const form = (
    target: string,
  ): string => `<form method="post" action="${explorerOf('?view=confirm')}" target="${target}">
    <input name="action" value="${action.replaceAll('&', '&amp;')}"><input name="token" value="${token}"><button>Win</button></form>`

  // As if it had guessed the token, and the browser had sent the cookie.
  site.show(form('_self'))
  await page.goto(site.url)
  await page.getByRole('button', { name: 'Win' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Not done')
  expect(await seriousFindings(page)).toEqual([])
  expect(await data.get('explorer:kept')).toBe('text')

  site.show(`<iframe src="${explorerOf()}"></iframe>`)
  await page.goto(site.url)
  await page.waitForLoadState('networkidle')
  await expect(page.frameLocator('iframe').getByRole('heading', { name: 'Entries' })).toHaveCount(0)

  // The control: the same from the explorer's own page.
  await page.goto(explorerOf('?view=confirm&do=clear&key-prefix=explorer:kept'))
  await confirm(page, 'Clear', 'Deleted 1 entry.')
})

test('a link from another site leaves the forms that are open as they are', async ({ page, context }) => {
  await data.set('explorer:linked', 'text')
  await page.goto(explorerOf('?view=confirm&do=clear&key-prefix=explorer:linked'))
  const other = await context.newPage()
  const link = explorerOf('?view=confirm&do=clear&all=yes').replaceAll('&', '&amp;')
  site.show(`<a href="${link}">Look at that</a>`)
  await other.goto(site.url)
  await other.getByRole('link', { name: 'Look at that' }).click()
  await expect(other.getByRole('heading', { level: 1 })).toHaveText(/^Clear \d+ entries\?$/)
  await confirm(page, 'Clear', 'Deleted 1 entry.')
})

test('`s3-cache explore` shows the same on this machine, until it is interrupted', async ({ page }) => {
  const bin = join(repositoryDir, 'packages/s3-cache-handler/dist/bin.js')
  const env = cleanEnv({ NODE_NO_WARNINGS: '1', ...fleet.env })
  const child = spawn(process.execPath, [bin, 'explore'], {
    cwd: repositoryDir,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const address = String(line).trim()
    await page.goto(address)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Entries')
    await data.set('explorer:command', 'text')
    await page.goto(`${address}?view=confirm&do=clear&key-prefix=explorer:command`)
    await confirm(page, 'Clear', 'Deleted 1 entry.')
    expect(await data.get('explorer:command')).toBeUndefined()
    const root = await page.goto(new URL('/', address).href)
    expect([root?.status(), await page.textContent('body')]).toEqual([403, 'Forbidden\n'])
  } finally {
    child.kill('SIGINT')
  }
  expect(await ended).toEqual([0, null])
})
