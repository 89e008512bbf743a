import { mkdirSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { FileBucket } from './file-bucket.ts'
import { SortedMap } from './sorted-map.ts'
import { ANNEXES, type Bucket, type Store } from './store.ts'

/**
 * A store in a folder: `<dataDir>/buckets/<bucket>/<SHA-256 of the key>`, and beside `buckets` a folder for each kind of
 * what buckets have beside their objects. It reads the heads of all files when it
 * opens and keeps them in memory, so one process at a time may use the folder.
 */
export function createFileStore(dataDir: string): Store {
  const root = join(dataDir, 'buckets')
  const temporary = join(dataDir, 'tmp')
  rmSync(temporary, { recursive: true, force: true })
  mkdirSync(temporary, { recursive: true })
  mkdirSync(root, { recursive: true })

  const open = (name: string): FileBucket => {
    const folder = join(root, name)
    return new FileBucket({ name, folder, temporary, createdAt: Math.round(statSync(folder).birthtimeMs) })
  }
  const buckets = new SortedMap<Bucket>()
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    if (entry.isDirectory()) buckets.set(entry.name, open(entry.name))
  }

  const annexes = new Map<string, Bucket>()

  return {
    buckets: () => buckets.values(),
    bucket: (name) => buckets.get(name),
    annex(bucket, annex) {
      const folder = join(dataDir, annex, bucket)
      const present = annexes.get(folder)
      if (present !== undefined) return present
      mkdirSync(folder, { recursive: true })
      const opened = new FileBucket({ name: bucket, folder, temporary, createdAt: 0 })
      annexes.set(folder, opened)
      return opened
    },
    async createBucket(name) {
      if (buckets.get(name) !== undefined) return false
      mkdirSync(join(root, name))
      buckets.set(name, open(name))
      return true
    },
    async deleteBucket(name) {
      if ((buckets.get(name)?.objects.size ?? 0) > 0) return false
      rmdirSync(join(root, name))
      buckets.delete(name)
      for (const annex of ANNEXES) {
        const folder = join(dataDir, annex, name)
        annexes.delete(folder)
        rmSync(folder, { recursive: true, force: true })
      }
      return true
    },
  }
}
