import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * In a folder that Next copies into a standalone output whole, and serves nothing of but what its manifests name. The
 * times of the files themselves do not survive every way of copying.
 */
const fileOf = (serverDistDir: string): string => join(serverDistDir, 'pages', 's3-cache-build.json')

interface BuildRecord {
  /** When Next first had this build ask its cache, in ms since the Unix epoch. */
  readonly startedAt: number
}

/** Called whenever the build constructs a handler: the first call counts. Never throws. */
export function recordBuildStart(serverDistDir: string, now: number = Date.now()): void {
  const file = fileOf(serverDistDir)
  try {
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, JSON.stringify({ startedAt: now } satisfies BuildRecord), { flag: 'wx' })
  } catch {
    // There already; or it cannot be written, and then nothing of the build is served from its output.
  }
}

/** Undefined where the build left no record. */
export function readBuildStart(serverDistDir: string): number | undefined {
  try {
    const { startedAt } = JSON.parse(readFileSync(fileOf(serverDistDir), 'utf8')) as Partial<BuildRecord>
    return typeof startedAt === 'number' && Number.isFinite(startedAt) ? startedAt : undefined
  } catch {
    return undefined
  }
}
