import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const repositoryDir: string = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** The folder of this test run: builds, locks and logs. Another run at the same time has another. */
export const runDir: string = process.env.E2E_RUN_DIR ?? join(repositoryDir, '.tmp', `e2e-${process.pid}`)

/** A folder below {@link runDir} that exists. */
export function runFolder(name: string): string {
  const folder = join(runDir, name)
  mkdirSync(folder, { recursive: true })
  return folder
}
