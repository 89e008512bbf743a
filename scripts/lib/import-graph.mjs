import { readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join } from 'node:path'

/**
 * What a built file pulls in, directly or through others.
 * @typedef {object} ImportGraph
 * @property {ReadonlySet<string>} files Absolute paths, the start included.
 * @property {ReadonlySet<string>} packages Names of packages, without their subpaths.
 * @property {ReadonlySet<string>} builtins Node's own modules, with `node:`.
 */

const STATIC = /^\s*(?:import\b(?:[\w$*{},\s]+?\bfrom\b)?|export\b[\w$*{},\s]+?\bfrom\b)\s*['"]([^'"]+)['"]/gm
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g

/**
 * Follows the imports of plain `tsc` output: one statement a line, specifiers as literals.
 * @param {string} start
 * @param {{ dynamic: boolean }} options Whether to follow `import()` too.
 * @returns {ImportGraph}
 */
export function importGraph(start, { dynamic }) {
  const graph = { files: new Set([start]), packages: new Set(), builtins: new Set() }
  for (const file of graph.files) {
    for (const specifier of specifiersIn(readFileSync(file, 'utf8'), dynamic)) {
      if (specifier.startsWith('.')) graph.files.add(join(dirname(file), specifier))
      else if (isBuiltin(specifier)) graph.builtins.add(`node:${specifier.replace(/^node:/, '')}`)
      else graph.packages.add(packageName(specifier))
    }
  }
  return graph
}

/**
 * @param {string} source
 * @param {boolean} dynamic
 */
export function specifiersIn(source, dynamic) {
  const code = withoutComments(source)
  const patterns = dynamic ? [STATIC, DYNAMIC] : [STATIC]
  return patterns.flatMap((pattern) => [...code.matchAll(pattern)].map(([, specifier]) => specifier))
}

/** An import inside an example in a comment is none. A comment mark inside a string is kept, being no line's begin. */
const withoutComments = (source) => source.replace(/^\s*\/\*[\s\S]*?\*\//gm, '').replace(/^\s*\/\/.*$/gm, '')

const packageName = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
