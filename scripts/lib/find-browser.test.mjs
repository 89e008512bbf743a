import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findBrowser, findOrInstallBrowser, INSTALL_COMMAND } from './find-browser.mjs'

let folder
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'browser-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function program(name) {
  const path = join(folder, name)
  writeFileSync(path, '')
  chmodSync(path, 0o755)
  return path
}

test('prefers CHROME_PATH, then chromium, then google-chrome, then the browser of Playwright', () => {
  const playwrightPath = program('playwright-chrome')
  expect(findBrowser({ env: { PATH: folder }, playwrightPath })).toBe(playwrightPath)
  const google = program('google-chrome')
  expect(findBrowser({ env: { PATH: folder }, playwrightPath })).toBe(google)
  const chromium = program('chromium')
  expect(findBrowser({ env: { PATH: folder }, playwrightPath })).toBe(chromium)
  const mine = program('mine')
  expect(findBrowser({ env: { PATH: folder, CHROME_PATH: mine }, playwrightPath })).toBe(mine)
})

test('finds nothing where there is nothing', () => {
  expect(findBrowser({ env: { PATH: folder }, playwrightPath: join(folder, 'missing') })).toBeUndefined()
})

test('refuses a CHROME_PATH that names no program', () => {
  expect(() => findBrowser({ env: { CHROME_PATH: join(folder, 'missing') } })).toThrow('CHROME_PATH names no program')
})

test('installs a browser only where there is none', () => {
  let installed = 0
  const install = () => void (installed += 1)
  expect(findOrInstallBrowser({ find: () => '/found', install })).toBe('/found')
  expect(installed).toBe(0)
  expect(findOrInstallBrowser({ find: () => (installed > 0 ? '/installed' : undefined), install })).toBe('/installed')
})

test('names the command to run where it may not install', () => {
  expect(() => findOrInstallBrowser({ find: () => undefined, install: () => {} })).toThrow(INSTALL_COMMAND)
})
