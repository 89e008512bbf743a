import type { Emit } from '../cache-events.ts'
import type { Cache } from '../cache.ts'
import type { CacheSizes } from '../gauges.ts'
import type { Layout } from '../keys/layout.ts'
import type { ObjectStore } from '../object-store/object-store.ts'
import type { Presign } from '../object-store/presign.ts'
import type { Runtime } from '../runtime.ts'
import type { CountedEvents } from './counted-events.ts'
import type { Counters } from './counters.ts'
import type { DataEntries } from './data-entries.ts'
import type { ResolvedDefaults } from './data-options.ts'
import type { DataReader } from './data-reader.ts'
import type { Flights } from './flights.ts'
import type { Listing } from './listing.ts'
import type { Remember } from './remember.ts'
import type { ValueCodec } from './value-codec.ts'

/** What a data cache and its namespaces are made of. */
export interface DataParts {
  readonly cache: Cache
  readonly store: ObjectStore
  readonly presign: Presign
  /** The store's time, in ms since the Unix epoch. */
  readonly now: () => number
  /** By how much this machine's clock is ahead of the store's, in ms; 0 where the store does not tell the time. */
  readonly skewMs: () => number
  /** Longest wait for one operation of the store, in ms. */
  readonly timeoutMs: number
  readonly layout: Layout
  readonly entries: DataEntries
  readonly reader: DataReader
  readonly remember: Remember
  readonly counters: Counters
  readonly listing: Listing
  readonly flights: Flights
  readonly codec: ValueCodec
  readonly emit: Emit
  readonly counts: CountedEvents['counts']
  readonly runtime: Pick<Runtime, 'id'>
  readonly defaults: ResolvedDefaults
  readonly failOpen: boolean
  readonly isShared: boolean
  readonly hashKey: ((key: string) => string) | undefined
  readonly hasConditionalPut: () => Promise<boolean>
  readonly sizes: () => CacheSizes
  readonly ping: () => Promise<unknown>
  readonly drain: () => Promise<void>
}
