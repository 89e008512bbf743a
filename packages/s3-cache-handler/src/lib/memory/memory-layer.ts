import { LRUCache } from 'lru-cache'
import { type Entry, isOlder } from '../entry.ts'
import { sizeOfValue } from './value-copy.ts'

/** An entry in memory, with the ETag of the object it came from or went to; absent until the PUT is acknowledged. */
export interface MemoryCopy {
  readonly entry: Entry
  readonly etag: string | undefined
  /** When the store last said that it has nothing newer, in ms since the Unix epoch. */
  readonly askedAt?: number
}

/** The copies in front of the store, bounded by the bytes they really hold. Least recently used go first. */
export interface MemoryLayer {
  get(objectKey: string): MemoryCopy | undefined
  /** Keeps the copy unless a newer one is there already, as after a slow GET. */
  set(objectKey: string, copy: MemoryCopy): void
  /** Forgets the entry, if it is still this one. */
  delete(objectKey: string, entry: Entry): void
  /** How many there are. */
  readonly size: number
  readonly bytes: number
}

/** @param maxBytes 0 turns the layer off. */
export function createMemoryLayer(maxBytes: number): MemoryLayer {
  if (maxBytes === 0) return noMemory
  const copies = new LRUCache<string, MemoryCopy>({
    maxSize: maxBytes,
    sizeCalculation: ({ entry }, objectKey) => sizeOfValue(entry) + sizeOfValue(objectKey),
  })
  return {
    get: (objectKey) => copies.get(objectKey),
    set(objectKey, copy) {
      const present = copies.peek(objectKey)
      if (present === undefined || !isOlder(copy.entry, present.entry)) copies.set(objectKey, copy)
    },
    delete(objectKey, entry) {
      if (copies.peek(objectKey)?.entry === entry) copies.delete(objectKey)
    },
    get size() {
      return copies.size
    },
    get bytes() {
      return copies.calculatedSize
    },
  }
}

const noMemory: MemoryLayer = { get: () => undefined, set: () => {}, delete: () => {}, size: 0, bytes: 0 }
