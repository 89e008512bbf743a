import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { BuiltApp } from './build-app.ts'

/** Moves the standalone output of a build to another folder and answers the one with its `server.js`. */
export function moveStandalone({ dir }: Pick<BuiltApp, 'dir'>): string {
  // Outside the repository, so that nothing of it can be found that was not traced.
  const moved = join(tmpdir(), `s3-cache-handler-${process.pid}-${basename(dir)}`)
  if (!existsSync(moved)) {
    process.once('exit', () => rmSync(moved, { recursive: true, force: true }))
    cpSync(join(dir, '.next/standalone'), moved, { recursive: true, verbatimSymlinks: true })
  }
  const serverDir = folderOf('server.js', moved)
  cpSync(join(dir, '.next/static'), join(serverDir, '.next/static'), { recursive: true })
  return serverDir
}

/** The server lies as deep below the output as the app does below the workspace. */
function folderOf(file: string, folder: string): string {
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => basename(path) === file && !path.includes('node_modules'))
    .map((path) => join(folder, path, '..'))
  if (found.length !== 1) throw new Error(`Expected one ${file} in ${folder}, found ${found.length}`)
  return found[0]!
}
