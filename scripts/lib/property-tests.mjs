import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/**
 * The test files of the packages that hold properties, as paths from the root.
 * @param {string} root
 */
export function propertyTests(root) {
  return sourceFolders(root)
    .flatMap((folder) => filesIn(folder))
    .filter((file) => file.endsWith('.test.ts') && /from 'fast-check'/.test(readFileSync(file, 'utf8')))
    .map((file) => relative(root, file))
    .toSorted()
}

function sourceFolders(root) {
  const packages = readdirSync(join(root, 'packages'))
  return packages.flatMap((name) => ['src', 'test'].map((folder) => join(root, 'packages', name, folder)))
}

function filesIn(folder) {
  try {
    return readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)))
  } catch (error) {
    if (error.code === 'ENOENT') return []
    throw error
  }
}
