import { mkdirSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { FileBucket } from './file-bucket.ts'
import { SortedMap } from './sorted-map.ts'
import type { Bucket, Store } from './store.ts'

/**
 * A store in a folder: `<dataDir>/buckets/<bucket>/<SHA-256 of the key>`. It reads the heads of all files when it
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

  return {
    buckets: () => buckets.values(),
    bucket: (name) => buckets.get(name),
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
      return true
    },
  }
}
