/** How much a cache holds in this process. None of it grows with the life of the process. */
export interface CacheSizes {
  /** Entries in memory. */
  readonly memoryEntries: number
  /** Their bytes: `memoryMaxBytes` at most. */
  readonly memoryBytes: number
  /** Entries on their way to the store. */
  readonly pendingEntries: number
  /** Their bytes: `pendingMaxBytes` at most for Next, and as much for the data cache, but for what its callers wait for. */
  readonly pendingBytes: number
  /** Reads of the store under way, each for all who ask for the same entry. */
  readonly loads: number
  /** Invalidations that are known: 250,000 at most. */
  readonly knownEvents: number
  /** Objects of the tag log that are read, of which compaction keeps few where the role may delete. */
  readonly logObjects: number
  /** Tags, paths and prefixes whose invalidations wait to be stored: 500,000 at most. */
  readonly pendingInvalidations: number
  /** Entries whose index objects are known: 20,000 at most. */
  readonly indexedEntries: number
  /** Stale pages, images and values whose refreshing is known: 5,000 of Next's at most, and as many of the data cache. */
  readonly refreshes: number
  /** Values of `use cache` that were not found and are not made yet: 1,000 at most for each handler. */
  readonly useCacheMisses: number
  /** Values that the data cache is making. */
  readonly flights: number
  /** Presigned URLs that are kept for the next read of their objects: 20,000 at most, and 16 MiB. */
  readonly presignedUrls: number
}

export type SizeReaders = Partial<Readonly<Record<keyof CacheSizes, () => number>>>

/** Asks whoever holds something how much it is. */
export class Gauges {
  readonly #readers: SizeReaders[] = []

  get readers(): readonly SizeReaders[] {
    return this.#readers
  }

  /** For as long as the cache lives: what several add under one name is summed. */
  add(readers: SizeReaders): void {
    this.#readers.push(readers)
  }

  read(): CacheSizes {
    return readTogether([this])
  }
}

/** Of several caches together. What they share, and each has added, is counted once: their view of the tags. */
export function readTogether(all: readonly Pick<Gauges, 'readers'>[]): CacheSizes {
  const distinct = [...new Set(all.flatMap(({ readers }) => readers))]
  const sumOf = (name: keyof CacheSizes): number => distinct.reduce((sum, readers) => sum + (readers[name]?.() ?? 0), 0)
  return {
    memoryEntries: sumOf('memoryEntries'),
    memoryBytes: sumOf('memoryBytes'),
    pendingEntries: sumOf('pendingEntries'),
    pendingBytes: sumOf('pendingBytes'),
    loads: sumOf('loads'),
    knownEvents: sumOf('knownEvents'),
    logObjects: sumOf('logObjects'),
    pendingInvalidations: sumOf('pendingInvalidations'),
    indexedEntries: sumOf('indexedEntries'),
    refreshes: sumOf('refreshes'),
    useCacheMisses: sumOf('useCacheMisses'),
    flights: sumOf('flights'),
    presignedUrls: sumOf('presignedUrls'),
  }
}
