import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { acquire } from './fs-lock-file.ts'

/**
 * Lets one caller at a time change an object, of all processes on the machine. In this process callers wait for each other
 * first, so that few contend for the file of the lock.
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
    const release = await acquire(join(this.#folder, createHash('sha256').update(key).digest('hex')))
    try {
      return await work()
    } finally {
      await release()
    }
  }
}
