import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { inRunFolder } from './run-folder.mjs'

let root
/** @type {string[]} */
let lines
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'root-'))
  lines = []
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const run = (command) => inRunFolder(root, 'full', command, { log: (line) => lines.push(line) })

test('a run has a folder of its own, which goes when all passed and stays when something failed', async () => {
  const folders = []
  for (const status of [0, 1]) {
    const command = async (runDir) => {
      folders.push(runDir)
      expect(existsSync(runDir)).toBe(true)
      return status
    }
    expect(await run(command)).toBe(status)
  }
  expect(folders.map((folder) => basename(folder).startsWith('full-'))).toEqual([true, true])
  expect(folders.map((folder) => existsSync(folder))).toEqual([false, true])
})

test('a run that throws counts one failed', async () => {
  expect(await run(() => Promise.reject(new Error('no browser')))).toBe(1)
  expect(lines).toEqual(['no browser', '0 passed, 1 failed'])
})
