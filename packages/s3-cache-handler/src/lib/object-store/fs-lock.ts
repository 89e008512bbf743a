import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { hasCode } from './fs-errors.ts'

/** A lock that was not renewed for so long is that of a dead process. */
const STALE_MS = 10_000
const RENEW_MS = 2000
const MAX_PAUSE_MS = 20

/**
 * Lets one caller at a time change an object, of all processes on the machine: who makes the lock's file holds it. In this
 * process callers wait for each other first, so that few contend for the file.
 */
export class FsLocks {
  readonly #folder: string
  readonly #last = new Map<string, Promise<unknown>>()

  constructor(directory: string) {
    this.#folder = join(directory, '.locks')
  }

  async hold<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve()
    const current = before.then(
      () => this.#holdFile(key, work),
      () => this.#holdFile(key, work),
    )
    this.#last.set(key, current)
    try {
      return await current
    } finally {
      if (this.#last.get(key) === current) this.#last.delete(key)
    }
  }

  async #holdFile<T>(key: string, work: () => Promise<T>): Promise<T> {
    await mkdir(this.#folder, { recursive: true })
    const file = join(this.#folder, createHash('sha256').update(key).digest('hex'))
    const owner = randomUUID()
    while (!(await create(file, owner))) {
      if (await isStale(file)) await takeAway(file)
      else await sleep(Math.random() * MAX_PAUSE_MS)
    }
    const renewal = setInterval(() => {
      const now = new Date()
      utimes(file, now, now).catch(() => {})
    }, RENEW_MS).unref()
    try {
      return await work()
    } finally {
      clearInterval(renewal)
      // Only one's own: a process that was frozen may have lost it.
      if ((await readFile(file, 'utf8').catch(() => '')) === owner) await rm(file, { force: true })
    }
  }
}

async function create(file: string, owner: string): Promise<boolean> {
  try {
    await writeFile(file, owner, { flag: 'wx' })
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

async function isStale(file: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(file)).mtimeMs > STALE_MS
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false
    throw error
  }
}

/** Renamed first: of several who find it stale one succeeds, and a fresh one that it hit by mistake is put back. */
async function takeAway(file: string): Promise<void> {
  const away = `${file}.${randomUUID()}`
  try {
    await rename(file, away)
    if (!(await isStale(away))) await writeFile(file, await readFile(away), { flag: 'wx' })
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'EEXIST')) throw error
  } finally {
    await rm(away, { force: true })
  }
}
