import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Page } from '@playwright/test'
import { assertPortFree, freePort } from '../scripts/lib/ports.mjs'
import { cleanEnv } from './lib/clean-env.ts'
import { saveLog } from './lib/logs.ts'
import { outsideWorkspace } from './lib/outside.ts'
import { repositoryDir } from './lib/run-dir.ts'
import { runToEnd } from './lib/run-to-end.ts'
import { expect, test } from './lib/test.ts'

const DEMO = ['--yes', 'pnpm@10.34.9', 'demo', '--port']

test('the demo command of the README, in a copy without anything installed, serves until Ctrl-C', async ({ page }) => {
  test.setTimeout(300_000)
  await outsideWorkspace(async (clone) => {
    copySources(clone)
    const port = await fiveFreePorts()
    const demo = startDemo(clone, port)
    try {
      await expect.poll(() => demo.hasEnded() || demo.output(), { timeout: 240_000 }).toContain('Ctrl-C')
      expect(demo.output()).toContain(`http://localhost:${port}`)
      await expectTurns(page, `http://localhost:${port}`)
      await expectPanelFollows(page, `http://localhost:${port}`)
      await expectPages(page, `http://localhost:${port}`)
      await expectAccessible(page, `http://localhost:${port}`)
    } finally {
      await demo.interrupt()
      saveLog({ name: 'demo', text: demo.output() })
    }
    for (let offset = 0; offset < 5; offset += 1) await assertPortFree(port + offset)

    const taken = createServer().listen(port + 2, '127.0.0.1')
    await once(taken, 'listening')
    const refused = await runToEnd('npx', [...DEMO, String(port)], { cwd: clone, env: cleanEnv() })
    taken.close()
    expect(refused.code).toBe(1)
    expect(refused.output).toContain(String(port + 2))
  })
})

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

async function fiveFreePorts(): Promise<number> {
  for (;;) {
    const port = await freePort()
    const all = [0, 1, 2, 3, 4].map((offset) => assertPortFree(port + offset))
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
      expect(await seriousFindings(page), `${width} px, ${colorScheme}`).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    }
  }
  expect(errors).toEqual([])
}

async function seriousFindings(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core') })
  const violations: { id: string; impact: string; nodes: { html: string }[] }[] = await page.evaluate(
    `axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html }) => ({ html })) })))`,
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
}
