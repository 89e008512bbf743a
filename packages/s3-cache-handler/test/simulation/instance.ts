import type { CacheEvent, Emit } from '../../src/lib/cache-events.ts'
import type { Cache } from '../../src/lib/cache.ts'
import { Gauges } from '../../src/lib/gauges.ts'
import type { IsrCache } from '../../src/lib/next/isr-cache.ts'
import type { Enabled, HandlerContext, Scopes } from '../../src/lib/next/next-environment.ts'
import type { ObjectStore } from '../../src/lib/object-store/object-store.ts'
import type { Layout } from '../../src/lib/keys/layout.ts'
import { guard } from './guard.ts'
import type { Machine } from './machine.ts'
import { Network, type NetworkState } from './network.ts'
import type { World } from './world.ts'

export const PREVIEW_ID = 'preview'
export const PREFIX = 'sim/'
const SCOPES: Scopes = { response: { kind: 'deployment', id: 'd' }, data: { kind: 'shared' } }
/** After a failure the package does not look again for so long; and a millisecond for the moment itself. */
const DEGRADED_MS = 251
const PENDING_MAX_BYTES = 64 * 2 ** 20

/** One process with the package in it: the real modules, put together as `open-cache.ts` does it. */
export class Instance {
  readonly machine: Machine
  readonly network: Network
  readonly cache: Cache
  readonly layout: Layout
  readonly #world: World
  readonly #store: ObjectStore
  /** By the machine's monotonic clock, as the package counts it. */
  #failedAtMs = -Infinity

  constructor(world: World, machine: Machine, index: number, state: NetworkState) {
    const { modules, settings } = world
    const { runtime } = machine
    this.#world = world
    this.machine = machine
    this.network = new Network(world, machine, index, state)
    this.layout = modules.layout.createLayout(PREFIX)
    const clock = new modules.storeClock.StoreClock(runtime)
    const emit: Emit = (event) => this.#onEvent(event)
    const timed = modules.storeTime.withClock(this.network.store(), {
      clock,
      monotonicMs: () => runtime.monotonicMs(),
      emit,
    })
    const store = guard(world, machine, timed, (key) => {
      if (key.startsWith(`${PREFIX}v1/tags/`)) this.#failedAtMs = runtime.monotonicMs()
    })
    this.#store = store
    const shared = { ...settings, store, layout: this.layout, runtime, emit }
    this.cache = new modules.cache.Cache({
      ...shared,
      memory: modules.memory.createMemoryLayer(settings.memoryMaxBytes),
      tags: modules.tagView.createTagView({ ...shared, clock }),
      index: new modules.index.TagIndex(store, this.layout),
      hasConditionalPut: async () => true,
      hasExpiryTags: async () => false,
      compressMinBytes: Infinity,
      pendingMaxBytes: PENDING_MAX_BYTES,
      now: () => clock.now(),
    })
  }

  get name(): string {
    return this.machine.name
  }

  /** As Next constructs one for every request. `onEvent` gets the events of this request. */
  handler(onEvent: Emit, headers: HandlerContext['_requestHeaders'] = {}): IsrCache {
    const environment: Enabled = {
      kind: 'enabled',
      mistake: undefined,
      scopes: SCOPES,
      previewModeId: PREVIEW_ID,
      defaultLocale: undefined,
      seeds: undefined,
      refreshes: undefined,
      timeoutMs: 2000,
      cacheId: this.name,
      placeId: 'the bucket',
      bucket: 'the bucket',
      gauges: new Gauges(),
      cache: this.cache,
      store: this.#store,
      layout: this.layout,
      isShared: true,
      logger: console,
      emit: (event) => {
        onEvent(event)
        this.#onEvent(event)
      },
    }
    return new this.#world.modules.isrCache.IsrCache(environment, headers)
  }

  /** To be asked at its end whether the store answered all the while that a request took, and shortly before. */
  watch(): () => boolean {
    const { settings, scheduler } = this.#world
    const { runtime } = this.machine
    const arrivedAt = scheduler.now
    const goodSince = runtime.monotonicMs() - DEGRADED_MS
    // A request waits for its look at the log, but not for longer than this.
    return () => this.#failedAtMs < goodSince && scheduler.now - arrivedAt < settings.timeoutMs
  }

  #onEvent(event: CacheEvent): void {
    const { scheduler } = this.#world
    switch (event.name) {
      case 'refresh-failed':
        this.#failedAtMs = this.machine.runtime.monotonicMs()
        break
      case 'failed':
        this.#world.violate(`${event.call} of ${event.key} failed on ${this.name}: ${event.error.stack}`, true)
        break
      case 'hit':
      case 'miss':
      case 'set':
      case 'stored':
        return
      default:
    }
    this.#world.count(`event ${event.name}`)
    const { error, ...rest } = event as CacheEvent & { error?: Error }
    this.#world.log(`${this.name} ${JSON.stringify({ ...rest, error: error?.message })} (${scheduler.now})`)
  }
}
