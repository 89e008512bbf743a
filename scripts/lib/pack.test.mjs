import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { contentHash } from './pack.mjs'

let folder
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tarball-'))
  mkdirSync(join(folder, 'package'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function hashOf(files, { time = 1 } = {}) {
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, 'package', name), text)
    utimesSync(join(folder, 'package', name), time, time)
  }
  const paths = Object.keys(files)
  execFileSync('tar', ['-czf', 'a.tgz', ...paths.map((path) => `package/${path}`)], { cwd: folder })
  return contentHash(join(folder, 'a.tgz'), paths)
}

test('a hash of the same files is the same, whenever and in whatever order they were packed', () => {
  const hash = hashOf({ 'a.js': '1', 'b.js': '2' })
  expect(hash).toMatch(/^sha256-[0-9a-f]{64}$/)
  expect(hashOf({ 'b.js': '2', 'a.js': '1' }, { time: 1_000_000 })).toBe(hash)
})

test('a hash is another with another byte, another name or another border between two files', () => {
  const hash = hashOf({ 'a.js': '12', 'b.js': '3' })
  expect(hashOf({ 'a.js': '12', 'b.js': '4' })).not.toBe(hash)
  expect(hashOf({ 'a.js': '12', 'c.js': '3' })).not.toBe(hash)
  expect(hashOf({ 'a.js': '1', 'b.js': '23' })).not.toBe(hash)
})
