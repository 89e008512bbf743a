import { createHash, randomUUID } from 'node:crypto'
import { readdirSync, renameSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isRecord } from '../is-record.ts'
import { readObjectFile, readObjectHead, writeObjectFile } from './object-file.ts'
import { SortedMap } from './sorted-map.ts'
import type { Bucket, ObjectInfo, StoredObject, WriteCheck } from './store.ts'

interface FileBucketOptions {
  readonly name: string
  readonly createdAt: number
  /** Where its objects are. */
  readonly folder: string
  /** Where objects are written before they are renamed; on the same file system. */
  readonly temporary: string
}

const OBJECT_FILE = /^[\da-f]{64}$/

/** A bucket in a folder. Files are named by the hash of their key, so every key is safe and none collides by case. */
export class FileBucket implements Bucket {
  readonly name: string
  readonly createdAt: number
  readonly objects: SortedMap<ObjectInfo> = new SortedMap()
  readonly #folder: string
  readonly #temporary: string

  constructor({ name, createdAt, folder, temporary }: FileBucketOptions) {
    this.name = name
    this.createdAt = createdAt
    this.#folder = folder
    this.#temporary = temporary
    for (const file of readdirSync(folder)) {
      if (!OBJECT_FILE.test(file)) continue
      const { key, info } = readObjectHead(join(folder, file))
      this.objects.set(key, info)
    }
  }

  async get(key: string): Promise<StoredObject | undefined> {
    if (this.objects.get(key) === undefined) return undefined
    try {
      return await readObjectFile(this.#path(key))
    } catch (error) {
      // Deleted since the line above.
      if (isRecord(error) && error['code'] === 'ENOENT') return undefined
      throw error
    }
  }

  /** The check, the rename and the index change in one turn of the event loop: nothing can come between them. */
  async put(key: string, object: StoredObject, check?: WriteCheck): Promise<void> {
    const temporary = join(this.#temporary, randomUUID())
    try {
      await writeObjectFile(temporary, key, object)
      check?.(this.objects.get(key))
      renameSync(temporary, this.#path(key))
      this.objects.set(key, object.info)
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
  }

  async delete(key: string, check?: WriteCheck): Promise<void> {
    check?.(this.objects.get(key))
    rmSync(this.#path(key), { force: true })
    this.objects.delete(key)
  }

  #path(key: string): string {
    return join(this.#folder, createHash('sha256').update(key).digest('hex'))
  }
}
