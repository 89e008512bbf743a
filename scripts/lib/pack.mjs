import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pnpmCommand } from './pnpm.mjs'

export const packageDir = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'packages/s3-cache-handler')

/**
 * The package as it is published, for as long as `use` takes. Packed by pnpm: npm would leave `catalog:` in the
 * dependencies.
 * @template T
 * @param {(packed: { tarball: string, paths: string[] }) => T | Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withPacked(use) {
  const folder = mkdtempSync(join(tmpdir(), 'packed-'))
  try {
    const [program, ...args] = pnpmCommand()
    const output = run(program, [...args, 'pack', '--json', '--pack-destination', folder], packageDir)
    const { filename, files } = JSON.parse(output.slice(output.indexOf('{')))
    return await use({ tarball: join(folder, basename(filename)), paths: files.map(({ path }) => path) })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * A hash of what a tarball holds, the names and bytes of its files: archives of the same files may differ.
 * @param {string} tarball
 * @param {readonly string[]} paths
 */
export function contentHash(tarball, paths) {
  const folder = mkdtempSync(join(tmpdir(), 'unpacked-'))
  try {
    run('tar', ['-xzf', tarball, '-C', folder], folder)
    const hash = createHash('sha256')
    for (const path of paths.toSorted()) {
      const bytes = readFileSync(join(folder, 'package', path))
      hash.update(`${path}\0${bytes.length}\0`).update(bytes)
    }
    return `sha256-${hash.digest('hex')}`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function run(program, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`"${program} ${args.join(' ')}" ended with ${status}: ${error?.message ?? stderr}`)
  return stdout
}
