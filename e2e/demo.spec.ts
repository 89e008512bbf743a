import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import type { Page } from '@playwright/test'
import { startOrigin } from '../example-app/origin/server.mjs'
import { recordBuildStart } from '../packages/s3-cache-handler/src/lib/next/build-record.ts'
import { assertPortFree, freePort } from '../scripts/lib/ports.mjs'
import { cleanEnv } from './lib/clean-env.ts'
import { saveLog } from './lib/logs.ts'
import { objectsIn } from './lib/objects.ts'
import { folderOutside } from './lib/outside.ts'
import { type PrerenderedRequest, prerenderedRequests } from './lib/prerendered-requests.ts'
import { repositoryDir } from './lib/run-dir.ts'
import { runToEnd } from './lib/run-to-end.ts'
import { seriousFindings } from './lib/serious-findings.ts'
import type { Instance } from './lib/stage.ts'
import { expect, test } from './lib/test.ts'

const DEMO = ['--yes', 'pnpm@10.34.9', 'demo', '--port']
/** How many it takes, and which of them is the React Router edition's. */
const PORTS = 8
const OTHER_EDITION = 5

// Browsers ask for them where the explorer does.
test.use({ httpCredentials: { username: 'ops', password: 'ring-twice' } })

// The second test runs what the first one has built.
test.describe.configure({ mode: 'serial' })

let clone: string
test.beforeAll(() => {
  clone = folderOutside()
})
test.afterAll(() => rmSync(clone, { recursive: true, force: true }))

test('the demo command of the README, in a copy without anything installed, serves until Ctrl-C', async ({ page }) => {
  test.setTimeout(400_000)
  copySources(clone)
  const port = await freePorts(PORTS)
  const demo = startDemo(clone, port)
  try {
    await expect.poll(() => demo.hasEnded() || demo.output(), { timeout: 240_000 }).toContain('Ctrl-C')
    expect(demo.output()).toContain(`http://localhost:${port}`)
    await expectTurns(page, `http://localhost:${port}`)
    await expectPanelFollows(page, `http://localhost:${port}`)
    await expectPages(page, `http://localhost:${port}`)
    await expectDownload(page, `http://localhost:${port}`)
    await expectRenewals(page, `http://localhost:${port}`)
    await expectAccessible(page, `http://localhost:${port}`)
    await expectOtherEdition(page, `http://localhost:${port}`, `http://localhost:${port + OTHER_EDITION}`)
  } finally {
    await demo.interrupt()
    saveLog({ name: 'demo', text: demo.output() })
  }
  for (let offset = 0; offset < PORTS; offset += 1) await assertPortFree(port + offset)

  const taken = createServer().listen(port + 2, '127.0.0.1')
  await once(taken, 'listening')
  const refused = await runToEnd('npx', [...DEMO, String(port)], { cwd: clone, env: cleanEnv() })
  taken.close()
  expect(refused.code).toBe(1)
  expect(refused.output).toContain(String(port + 2))
})

test('on a cold bucket everything that the build has is a HIT at its first request, without a render', async ({
  stage,
}) => {
  const dir = join(clone, 'example-app')
  redate(join(dir, '.next/server'))
  const [bucket, origin] = [await stage.bucket(), await startOrigin({ port: 0 })]
  try {
    const env = { ...bucket.env, ORIGIN_URL: origin.url }
    const start = (name: string) => stage.instance({ name, build: { dir, env: {} }, env })
    const [a, b] = await Promise.all([start('A'), start('B')])
    expect([...(await objectsIn(bucket)).keys()].filter((key) => key.includes('v1/entries/'))).toEqual([])
    const requests = prerenderedRequests(join(dir, '.next'))
    expect(requests.filter(({ headers }) => 'next-router-segment-prefetch' in headers).length).toBeGreaterThan(9)
    // What is last on one is first on the other: a page, its payload and its segments are one entry.
    await Promise.all([expectHits(a, requests), expectHits(b, requests.toReversed())])
    expect(origin.hits()).toEqual({})

    // The control: what the build does not have.
    expect(await a.visit('/stories/kelp-harvest')).toMatchObject({ status: 200, cache: 'MISS' })
    expect(await b.visit('/archive/1911')).toMatchObject({ status: 200, cache: 'MISS' })
    expect(origin.hits()).toEqual({ '/stories/kelp-harvest': 1, '/archive/1911': 1 })
  } finally {
    await origin.close()
  }
})

/** As if it were built only now, and a minute more: what it has lives for ten seconds, and the instances are yet to start. */
function redate(serverDistDir: string): void {
  rmSync(join(serverDistDir, 'pages/s3-cache-build.json'))
  recordBuildStart(serverDistDir, Date.now() + 60_000)
}

async function expectHits(instance: Instance, requests: readonly PrerenderedRequest[]): Promise<void> {
  for (const { path, headers, status } of requests) {
    const answer = await instance.visit(path, { headers, redirect: 'follow' })
    expect(answer, `${path} ${JSON.stringify(headers)} on ${instance.name}`).toMatchObject({ status, cache: 'HIT' })
  }
}

/** What a clone would hold, changes that are not committed yet included. */
function copySources(folder: string): void {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const { stdout } = spawnSync('git', args, { cwd: repositoryDir, encoding: 'utf8' })
  const files = stdout.split('\0').filter(Boolean)
  expect(files).toContain('package.json')
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    cpSync(join(repositoryDir, file), join(folder, file))
  }
}

/** The first of so many in a row. */
async function freePorts(count: number): Promise<number> {
  for (;;) {
    const port = await freePort()
    const all = Array.from({ length: count }, (_, offset) => assertPortFree(port + offset))
    if ((await Promise.allSettled(all)).every(({ status }) => status === 'fulfilled')) return port
  }
}

interface Demo {
  output(): string
  hasEnded(): boolean
  /** Ctrl-C: a terminal sends it to every process of the foreground group. */
  interrupt(): Promise<void>
}

function startDemo(cwd: string, port: number): Demo {
  const child: ChildProcess = spawn('npx', [...DEMO, String(port)], { cwd, env: cleanEnv(), detached: true })
  let output = ''
  const ended = once(child, 'close')
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text))
  return {
    output: () => output,
    hasEnded: () => child.exitCode !== null,
    async interrupt() {
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGINT')
      await ended
    },
  }
}

/**
 * Reloads four times: both instances answer, and what they show was rendered once. At the pace of a reader, so that
 * whatever a page asks for afterwards has been asked for.
 */
async function expectTurns(page: Page, url: string): Promise<void> {
  await page.goto(url)
  const renderedAt = await page.locator('main time').first().getAttribute('datetime')
  const instances = new Set<string>()
  // The front page lives for 30 s.
  for (let reload = 0; reload < 4; reload += 1) {
    await page.waitForTimeout(2500)
    await page.reload()
    instances.add(await servingInstance(page))
    expect(await page.locator('main time').first().getAttribute('datetime')).toBe(renderedAt)
  }
  expect([...instances].toSorted()).toEqual(['A', 'B'])
}

/** The panel tells what the headers of the answer say, also of a page that was navigated to without a reload. */
async function expectPanelFollows(page: Page, url: string): Promise<void> {
  await page.goto(url)
  const instance = page.locator('[data-fact="instance"]').first()
  await expect(instance).toHaveText(await servingInstance(page))
  const answers: string[] = []
  page.on('response', (response) => {
    const isPayload = response.url().includes('/markets') && response.request().headers()['rsc'] === '1'
    if (isPayload) answers.push(response.headers()['server-timing'] ?? '')
  })
  await page.getByRole('link', { name: 'Prices', exact: true }).first().click()
  await page.waitForURL('**/markets')
  await expect.poll(() => answers.length).toBeGreaterThan(0)
  await expect
    .poll(async () => {
      const shown = await instance.textContent()
      return answers.some((timing) => timing.includes(`instance;desc="${shown}"`))
    })
    .toBe(true)
  const printed = await page.locator('main time').first().getAttribute('datetime')
  expect(printed).toBeTruthy()
}

/** Every page of the newsroom answers, and none has a serious finding. */
async function expectPages(page: Page, url: string): Promise<void> {
  const paths = ['/markets', '/most-read', '/live', '/archive', '/archive/1911', '/colophon', '/stories/seal-count']
  for (const path of paths) {
    const response = await page.goto(url + path)
    expect(response?.status(), path).toBe(200)
    await expect(page.locator('h1'), path).toHaveCount(1)
    expect(await seriousFindings(page), path).toEqual([])
  }
  expect((await page.request.get(`${url}/api/cover/seal-count`)).headers()['content-type']).toContain('image/')
  expect((await page.request.get(`${url}/stories/no-such-story`)).status()).toBe(404)
  expect((await page.request.get(`${url}/archive/1912`, { maxRedirects: 0 })).status()).toBe(308)
}

/** The file comes from the bucket, by its right name and type, and is the same however often it is asked for. */
async function expectDownload(page: Page, url: string): Promise<void> {
  const downloaded = async (): Promise<string> => {
    await page.goto(`${url}/markets`)
    const started = page.waitForEvent('download')
    await page.getByRole('link', { name: 'All prices as a file' }).click()
    const download = await started
    expect(download.suggestedFilename()).toBe('quay-prices.csv')
    return readFileSync(await download.path(), 'utf8')
  }
  const file = await downloaded()
  expect(file).toMatch(/^goods,unit,price\r\n/)
  // The exchange moves whenever somebody looks at it.
  expect(await downloaded()).toBe(file)

  const redirect = await page.request.get(`${url}/markets/prices.csv`, { maxRedirects: 0 })
  expect(redirect.status()).toBe(307)
  const fromBucket = await page.request.get(redirect.headers()['location'] ?? '')
  expect(fromBucket.headers()['content-type']).toBe('text/csv; charset=utf-8')
  expect(await fromBucket.text()).toBe(file)
}

/** Longer than an instance takes to hear of what another one was asked. */
const NEWS_TRAVELS_MS = 1500

/** Each button of the panel does what the panel then says, on both instances. */
async function expectRenewals(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/stories/kelp-harvest`)
  const renew = page.getByRole('button', { name: 'Renew', exact: true })
  await renew.press('Enter')
  await expectStoryRenewals(page)

  await page.goto(`${url}/archive/1911`)
  const printed = await printedAt(page)
  await order(
    page,
    'Print this page anew',
    /Instance [AB] was asked at .* to print \/archive\/1911 anew\..* is that new print/,
  )
  const prints = await onBoth(page, printedAt)
  expect(prints).toEqual({ A: prints.A, B: prints.A })
  expect(prints.A > printed).toBe(true)

  await page.goto(url)
  await order(page, 'Update the tag', /to update the tag “stories” in a server action\. This view is new already/)
  await expect(page.locator('[data-fact="cache"]')).toHaveText('action')
  const updated = await printedAt(page)
  await order(page, 'Clear the cache', /to clear the cache\. It deleted [1-9]\d* entries\. The next view .* is new/)
  // Not one print for both: what the router prefetches meanwhile is new, and may be deleted with the rest.
  const cleared = await onBoth(page, printedAt)
  for (const print of [cleared.A, cleared.B]) expect(print > updated).toBe(true)

  await page.route('**/api/revalidate-path', (route) => route.fulfill({ status: 502, body: 'nobody is in' }))
  await order(
    page,
    'Revalidate the path',
    /An instance was asked .* and failed: 502 nobody is in\. The next view is not new/,
  )
  await page.unroute('**/api/revalidate-path')

  await page.keyboard.press('Escape')
  await expect(page.getByRole('status')).toBeHidden()
  await expect(renew).toBeFocused()
}

async function expectStoryRenewals(page: Page): Promise<void> {
  const before = await printedAt(page)
  await order(page, 'Revalidate the path', /to revalidate the path \/stories\/kelp-harvest\. The next view .* is new/)
  const prints = await onBoth(page, printedAt)
  expect(prints).toEqual({ A: prints.A, B: prints.A })
  expect(prints.A > before).toBe(true)

  const old = await headline(page)
  await correct(page, 'Kelp is a fish', 'Correct at the origin', /at the origin\. The next view is not new/)
  expect(await onBoth(page, headline)).toEqual({ A: old, B: old })
  await order(
    page,
    'Revalidate the tag',
    /Instance [AB] was asked at .* to revalidate the tag “stories”\. The next view .* is new/,
  )
  expect(await onBoth(page, headline)).toEqual({ A: 'Kelp is a fish', B: 'Kelp is a fish' })

  await correct(page, 'Kelp is a bird', 'Correct at the origin', /at the origin/)
  await order(page, 'Revalidate it softly', /to revalidate the tag “stories” softly\. The next view is not new/)
  await page.waitForTimeout(NEWS_TRAVELS_MS)
  await page.reload()
  expect(await headline(page)).toBe('Kelp is a fish')
  await expect(page.locator('[data-fact="cache"]')).toHaveText('STALE')
  expect(await onBoth(page, headline)).toEqual({ A: 'Kelp is a bird', B: 'Kelp is a bird' })

  await correct(page, 'Kelp is a weed', 'Correct and update', /in a server action, .* This view is new already/)
  expect(await headline(page)).toBe('Kelp is a weed')
  expect(await onBoth(page, headline)).toEqual({ A: 'Kelp is a weed', B: 'Kelp is a weed' })
}

async function order(page: Page, name: string, told: RegExp): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click()
  await expect(page.getByRole('status')).toHaveText(told)
}

async function correct(page: Page, title: string, name: string, told: RegExp): Promise<void> {
  await page.getByLabel('New headline').fill(title)
  await order(page, name, told)
}

const onBoth = (page: Page, read: (page: Page) => Promise<string>): Promise<Record<'A' | 'B', string>> =>
  shownBy(page, ['A', 'B'], read)

/** What each instance shows by its name: pages take turns. */
async function shownBy<Name extends string>(
  page: Page,
  names: readonly [Name, Name],
  read: (page: Page) => Promise<string>,
): Promise<Record<Name, string>> {
  // By then, too, the bucket has what was made last.
  await page.waitForTimeout(NEWS_TRAVELS_MS)
  const shown = Object.fromEntries(names.map((name) => [name, ''])) as Record<Name, string>
  for (let reload = 0; reload < names.length; reload += 1) {
    await page.reload()
    shown[(await servingInstance(page)) as Name] = await read(page)
  }
  return shown
}

const headline = async (page: Page): Promise<string> => await page.locator('h1').innerText()

const printedAt = async (page: Page): Promise<string> =>
  (await page.locator('main time').first().getAttribute('datetime')) ?? ''

/** From `Server-Timing`, as the page's own panel reads it. */
async function servingInstance(page: Page): Promise<string> {
  return await page.evaluate(
    `performance.getEntriesByType('navigation')[0].serverTiming.find(({ name }) => name === 'instance').description`,
  )
}

async function expectAccessible(page: Page, url: string): Promise<void> {
  const errors: string[] = []
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  page.on('pageerror', (error) => errors.push(error.message))
  for (const width of [1280, 375]) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize({ width, height: 800 })
      await page.emulateMedia({ colorScheme })
      await page.goto(url, { waitUntil: 'networkidle' })
      await expectNoFindings(page, width, `${width} px, ${colorScheme}`)
      await page.goto(`${url}/stories/kelp-harvest`, { waitUntil: 'networkidle' })
      await page.getByRole('button', { name: 'Renew', exact: true }).click()
      await expectNoFindings(page, width, `${width} px, ${colorScheme}, drawer`)
      await page.keyboard.press('Escape')
    }
  }
  expect(errors).toEqual([])
}

async function expectNoFindings(page: Page, width: number, where: string): Promise<void> {
  expect(await seriousFindings(page), where).toEqual([])
  expect(await page.evaluate('document.documentElement.scrollWidth'), where).toBeLessThanOrEqual(width)
}

/** The React Router edition: what it corrects, the Next edition shows, and the other way round; its explorer has both. */
async function expectOtherEdition(page: Page, url: string, otherUrl: string): Promise<void> {
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.goto(url)
  await page.getByRole('link', { name: 'The edition in React Router' }).click()
  await page.waitForURL(`${otherUrl}/`)
  const prints = await shownBy(page, ['C', 'D'], printedAt)
  expect(prints).toEqual({ C: prints.C, D: prints.C })
  await expect(page.locator('[data-fact="page"]')).toHaveText('HIT')

  await page.locator('main a[href="/stories/seal-count"]').click()
  await page.waitForURL('**/stories/seal-count')
  await page.getByLabel('Correct the headline').fill('Biscuit is a seal now')
  await page.getByRole('button', { name: 'Correct', exact: true }).click()
  await expect(page.locator('h1')).toHaveText('Biscuit is a seal now')
  const corrected = await shownBy(page, ['C', 'D'], headline)
  expect(corrected).toEqual({ C: 'Biscuit is a seal now', D: 'Biscuit is a seal now' })
  await expect(page.locator('[data-fact="data"]')).toHaveText('HIT')
  await page.goto(`${url}/stories/seal-count`)
  expect(await onBoth(page, headline)).toEqual({ A: corrected.C, B: corrected.C })

  await page.getByRole('button', { name: 'Renew', exact: true }).click()
  await correct(page, 'Biscuit is a dog', 'Correct and update', /This view is new already/)
  await page.goto(`${otherUrl}/stories/seal-count`)
  expect(await shownBy(page, ['C', 'D'], headline)).toEqual({ C: 'Biscuit is a dog', D: 'Biscuit is a dog' })
  await expectExplorer(page, otherUrl)
  await expectOtherAccessible(page, otherUrl)
  await page.getByRole('link', { name: 'The edition in Next.js' }).click()
  await page.waitForURL(`${url}/`)
}

/** It shows what both editions have stored, and its forms act on both. */
async function expectExplorer(page: Page, otherUrl: string): Promise<void> {
  const old = await printedAt(page)
  await page.getByRole('link', { name: 'Explorer' }).click()
  for (const name of ['/stories/seal-count', `${otherUrl}/covers/seal-count`, '@stories/seal-count/']) {
    await expect(page.getByRole('link', { name, exact: true })).toBeVisible()
  }
  await page.getByRole('link', { name: '@stories/seal-count/' }).click()
  await expect(page.locator('pre')).toContainText('"title": "Biscuit is a dog"')
  await page.getByRole('link', { name: 'stories', exact: true }).click()
  await page.getByRole('button', { name: /^Revalidate/ }).click()
  await page.getByRole('button', { name: 'Revalidate', exact: true }).click()
  await page.waitForURL('**proof=*')
  await page.goto(`${otherUrl}/stories/seal-count`)
  const prints = await shownBy(page, ['C', 'D'], printedAt)
  expect(prints).toEqual({ C: prints.C, D: prints.C })
  expect(prints.C > old).toBe(true)
}

async function expectOtherAccessible(page: Page, otherUrl: string): Promise<void> {
  for (const [width, colorScheme] of [
    [375, 'dark'],
    [1280, 'light'],
  ] as const) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme })
    for (const path of ['/', '/stories/seal-count']) {
      await page.goto(otherUrl + path, { waitUntil: 'networkidle' })
      await expectNoFindings(page, width, `${path} in React Router, ${width} px, ${colorScheme}`)
    }
  }
}
