import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder outside the workspace: there nothing can be found that was not installed. */
export const folderOutside = (): string => mkdtempSync(join(tmpdir(), 's3-cache-handler-'))

/** One for as long as `use` takes. */
export async function outsideWorkspace<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = folderOutside()
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
