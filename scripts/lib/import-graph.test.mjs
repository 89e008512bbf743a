import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { importGraph, specifiersIn } from './import-graph.mjs'

let folder
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'graph-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('finds every form of import, over several lines, and none in a comment', () => {
  const source = `
/** @example import a from 'in-a-comment' */
// import b from 'in-a-line-comment'
import 'side-effect'
import c from 'default'
import {
  d,
  e,
} from 'named'
export * from 'all'
export { f } from "some"
export const code = 'not-an-import'
export class H { code = 'neither' }
const g = () => import('dynamic')
`
  expect(specifiersIn(source, false)).toEqual(['side-effect', 'default', 'named', 'all', 'some'])
  expect(specifiersIn(source, true)).toContain('dynamic')
})

test('follows files in circles, and dynamic imports only when asked', () => {
  const write = (name, text) => writeFileSync(join(folder, name), text)
  write('a.js', `import './b.js'\nconst c = () => import('./c.js')`)
  write('b.js', `import './a.js'\nimport 'lru-cache'`)
  write('c.js', `import { request } from 'http'\nimport x from '@aws-sdk/client-s3/deep'`)
  const still = importGraph(join(folder, 'a.js'), { dynamic: false })
  expect([...still.files].map((file) => file.slice(-4))).toEqual(['a.js', 'b.js'])
  expect([...still.packages]).toEqual(['lru-cache'])
  const all = importGraph(join(folder, 'a.js'), { dynamic: true })
  expect([...all.packages]).toEqual(['lru-cache', '@aws-sdk/client-s3'])
  expect([...all.builtins]).toEqual(['node:http'])
})
