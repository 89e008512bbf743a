import { SortedMap } from './sorted-map.ts'
import { ANNEXES, type Bucket, type ObjectInfo, type Store, type StoredObject, type WriteCheck } from './store.ts'

/** A store that lives as long as its process. */
export function createMemoryStore(): Store {
  const buckets = new SortedMap<Bucket>()
  const annexes = new Map<string, Bucket>()
  return {
    buckets: () => buckets.values(),
    bucket: (name) => buckets.get(name),
    annex(bucket, annex) {
      const name = `${annex}/${bucket}`
      const present = annexes.get(name) ?? new MemoryBucket(name)
      annexes.set(name, present)
      return present
    },
    async createBucket(name) {
      if (buckets.get(name) !== undefined) return false
      buckets.set(name, new MemoryBucket(name))
      return true
    },
    async deleteBucket(name) {
      if ((buckets.get(name)?.objects.size ?? 0) > 0) return false
      buckets.delete(name)
      for (const annex of ANNEXES) annexes.delete(`${annex}/${name}`)
      return true
    },
  }
}

class MemoryBucket implements Bucket {
  readonly name: string
  readonly createdAt: number = Date.now()
  readonly objects: SortedMap<ObjectInfo> = new SortedMap()
  readonly #bodies = new Map<string, Uint8Array>()

  constructor(name: string) {
    this.name = name
  }

  async get(key: string): Promise<StoredObject | undefined> {
    const info = this.objects.get(key)
    const body = this.#bodies.get(key)
    return info && body && { info, body }
  }

  async put(key: string, { info, body }: StoredObject, check?: WriteCheck): Promise<void> {
    check?.(this.objects.get(key))
    this.objects.set(key, info)
    this.#bodies.set(key, body)
  }

  async delete(key: string, check?: WriteCheck): Promise<void> {
    check?.(this.objects.get(key))
    this.objects.delete(key)
    this.#bodies.delete(key)
  }
}
