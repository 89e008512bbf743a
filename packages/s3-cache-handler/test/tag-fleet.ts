import type { CacheEvent } from '../src/lib/cache-events.ts'
import { createLayout, type Layout } from '../src/lib/keys/layout.ts'
import { intercept, type StoreCall } from '../src/lib/object-store/intercept.ts'
import { createMemoryObjectStore } from '../src/lib/object-store/memory-store.ts'
import type { ObjectStore } from '../src/lib/object-store/object-store.ts'
import { StoreClock } from '../src/lib/store-clock.ts'
import { createTagView, type TagView, type TagViewParts } from '../src/lib/tags/tag-view.ts'
import { createManualRuntime, type ManualRuntime } from './manual-runtime.ts'

export interface TagFleet {
  readonly runtime: ManualRuntime
  /** The store without faults and counts. */
  readonly objects: ObjectStore
  readonly layout: Layout
  readonly events: CacheEvent[]
  readonly calls: StoreCall[]
  /** Called before each operation: may reject, or never end. */
  onCall: (call: StoreCall) => unknown
  /** Another instance on the same store. */
  open(parts?: Partial<TagViewParts>): TagView
  /** The operations since the last call, as `get tags/bell`. */
  requests(): string[]
}

/** Instances on one store and one clock that moves only when told. */
export function createTagFleet(): TagFleet {
  const runtime = createManualRuntime()
  const objects = createMemoryObjectStore({ maxBytes: 2 ** 30 })
  const layout = createLayout('')
  const calls: StoreCall[] = []
  const events: CacheEvent[] = []
  let reported = 0
  const fleet: TagFleet = {
    runtime,
    objects,
    layout,
    events,
    calls,
    onCall: () => {},
    open: (parts) =>
      createTagView({
        store: intercept(objects, async (call, run) => {
          calls.push(call)
          await fleet.onCall(call)
          return await run()
        }),
        layout,
        runtime,
        clock: new StoreClock(runtime),
        emit: (event) => void events.push(event),
        tagRefreshMs: 1000,
        timeoutMs: 2000,
        ...parts,
      }),
    requests() {
      const since = calls.slice(reported)
      reported = calls.length
      return since.map(({ operation, key }) => `${operation} ${key.replace(/^v1\//, '').replace(/log\/.+/, 'log/…')}`)
    },
  }
  return fleet
}
