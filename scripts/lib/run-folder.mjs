import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Runs a test command in a folder of its own, so that two at once do not read each other's reports. What it throws
 * counts one failed. The folder is kept when something failed.
 * @param {string} root
 * @param {string} name
 * @param {(runDir: string) => Promise<number>} command Resolves to the exit status.
 * @param {{ log?: (line: string) => void }} [options]
 * @returns {Promise<number>} the exit status
 */
export async function inRunFolder(root, name, command, { log = console.log } = {}) {
  mkdirSync(join(root, '.tmp'), { recursive: true })
  const runDir = mkdtempSync(join(root, '.tmp', `${name}-`))
  const exitCode = await command(runDir).catch((error) => {
    log(error.message)
    log('0 passed, 1 failed')
    return 1
  })
  if (exitCode === 0) rmSync(runDir, { recursive: true, force: true })
  return exitCode
}
