import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { propertyTests } from './property-tests.mjs'

let root
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'packages-'))))
afterEach(() => rmSync(root, { recursive: true, force: true }))

test('finds the test files that use fast-check, in src and test of every package', () => {
  const write = (name, text) => {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  const property = `import fc from 'fast-check'`
  write('packages/a/src/lib/keys.test.ts', property)
  write('packages/a/src/lib/plain.test.ts', '')
  write('packages/a/src/lib/helper.ts', property)
  write('packages/a/dist/lib/keys.test.ts', property)
  write('packages/b/test/deep/model.test.ts', property)
  expect(propertyTests(root)).toEqual(['packages/a/src/lib/keys.test.ts', 'packages/b/test/deep/model.test.ts'])
})
