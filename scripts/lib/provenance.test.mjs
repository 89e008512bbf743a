import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { machine, sourceState } from './provenance.mjs'

let folder
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sources-'))
  git('init', '--quiet')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const git = (...args) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
    cwd: folder,
    encoding: 'utf8',
  })

function write(name, text) {
  mkdirSync(join(folder, name, '..'), { recursive: true })
  writeFileSync(join(folder, name), text)
}

function commit() {
  git('add', '.')
  git('commit', '--quiet', '--no-verify', '--message', 'm')
  return git('rev-parse', 'HEAD').trim()
}

test('names the last commit of a source, not that of a report made from it', () => {
  write('a.ts', '1')
  const source = commit()
  write('reports/full.json', '{}')
  write('benches/results.md', '')
  commit()
  expect(sourceState(folder)).toEqual({ commit: source, dirty: false })
})

test('is dirty with a source that is changed or new, not with a report', () => {
  write('a.ts', '1')
  commit()
  write('reports/full.json', '{}')
  expect(sourceState(folder).dirty).toBe(false)
  write('b.ts', '1')
  expect(sourceState(folder).dirty).toBe(true)
})

test('fails where there is no repository', () => {
  rmSync(join(folder, '.git'), { recursive: true })
  expect(() => sourceState(folder)).toThrow('"git log" ended with 128')
})

test('describes the machine without a name or a path of it', () => {
  expect(Object.keys(machine())).toEqual(['cpu', 'cores', 'memoryGiB', 'node', 'platform'])
})
