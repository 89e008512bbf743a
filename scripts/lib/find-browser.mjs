import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium } from '@playwright/test'

export const INSTALL_COMMAND = 'apt-get update && apt-get install -y chromium'

/** For a browser that runs as root in a container and may reach nothing but this machine. */
export const BROWSER_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/**
 * `CHROME_PATH`, then chromium or google-chrome on `PATH`, then Playwright's own. Throws when `CHROME_PATH` names no
 * program: whoever sets it means that browser and no other.
 * @param {{ env?: NodeJS.ProcessEnv, playwrightPath?: string }} [options]
 * @returns {string | undefined}
 */
export function findBrowser({ env = process.env, playwrightPath = chromium.executablePath() } = {}) {
  if (env.CHROME_PATH) {
    if (isExecutable(env.CHROME_PATH)) return env.CHROME_PATH
    throw new Error(`CHROME_PATH names no program: ${env.CHROME_PATH}`)
  }
  const names = ['chromium', 'google-chrome', 'google-chrome-stable']
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean)
  const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name)))
  return [...candidates, playwrightPath].find(isExecutable)
}

/**
 * Finds a browser, or installs Debian's where that is allowed; throws with the command to run where it is not.
 * @param {{ find?: () => string | undefined, install?: () => void }} [steps]
 */
export function findOrInstallBrowser({ find = findBrowser, install = installWithApt } = {}) {
  const found = find()
  if (found) return found
  install()
  const installed = find()
  if (installed) return installed
  throw new Error(
    `No browser for the end-to-end tests. Install one as root, then run the tests again:\n  ${INSTALL_COMMAND}`,
  )
}

function installWithApt() {
  const isAllowed = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0
  if (isAllowed) spawnSync('sh', ['-c', INSTALL_COMMAND], { stdio: 'inherit' })
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
