import { mkdir, open, rm, stat, utimes } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { hasCode, untilFolderStays } from './fs-errors.ts'

/** A file that was not renewed for so long is that of a dead process. */
const STALE_MS = 10_000
const RENEW_MS = 2000
/** Whoever finds that he did not renew for so long no longer touches the file: others may soon find it stale. */
const LOST_MS = STALE_MS - RENEW_MS
const MAX_PAUSE_MS = 20

/**
 * Waits until the lock is free, and resolves with what releases it. Who makes the file holds the lock.
 *
 * A stale file is not taken away, because another may do so, too, and make the next one between the look at it and its
 * removal. It is outdone: by a file of the same name and a `+`, which again only one can make, and which counts while all
 * before it are stale. The holder takes all of them away, the first one first: who comes then begins anew.
 *
 * What no file can prevent: a process that was frozen for longer than `STALE_MS` wakes up in its work, beside the next one.
 */
export async function acquire(file: string): Promise<() => Promise<void>> {
  for (;;) {
    const files = await tryAcquire(file)
    if (files !== undefined) return keep(files)
    await sleep(Math.random() * MAX_PAUSE_MS)
  }
}

interface Held {
  readonly own: string
  /** Stale. */
  readonly before: readonly string[]
}

async function tryAcquire(first: string): Promise<Held | undefined> {
  const before: string[] = []
  for (let own = first; ; own += '+') {
    if (await create(own)) {
      // Looked at once more: between the first look and now, another may have held and released the lock.
      for (const file of before) {
        if (await isStale(file)) continue
        await rm(own, { force: true })
        return undefined
      }
      return { own, before }
    }
    if (!(await isStale(own))) return undefined
    before.push(own)
  }
}

function keep({ own, before }: Held): () => Promise<void> {
  let renewedAt = Date.now()
  const isLost = (): boolean => Date.now() - renewedAt > LOST_MS
  const renewal = setInterval(() => {
    if (isLost()) return
    renewedAt = Date.now()
    utimes(own, new Date(renewedAt), new Date(renewedAt)).catch(() => {})
  }, RENEW_MS).unref()
  return async () => {
    clearInterval(renewal)
    if (isLost()) return
    for (const file of [...before, own]) await rm(file, { force: true })
  }
}

const create = (file: string): Promise<boolean> =>
  untilFolderStays(async () => {
    try {
      await (await open(file, 'wx')).close()
      return true
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return false
      if (hasCode(error, 'ENOENT')) await mkdir(dirname(file), { recursive: true })
      throw error
    }
  })

async function isStale(file: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(file)).mtimeMs > STALE_MS
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false
    throw error
  }
}
