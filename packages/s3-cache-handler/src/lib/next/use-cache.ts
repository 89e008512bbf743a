import { join } from 'node:path'
import { outside } from '../async-context.ts'
import { boundedSet } from '../bounded-set.ts'
import { onBehalf } from '../cause.ts'
import type { EntryId } from '../entry-names.ts'
import { asError } from '../errors.ts'
import { headerSafe } from '../header-safe.ts'
import type { CacheHandlerOptions } from '../options/options.ts'
import type { ReadOptions } from '../reads.ts'
import { systemRuntime } from '../runtime.ts'
import { within } from '../within.ts'
import { announce, type Durations } from './announce.ts'
import { type Enabled, type HandlerContext, type NextEnvironment, resolveEnvironment } from './next-environment.ts'
import { nextNow } from './next-now.ts'
import { toNextTime } from './next-values.ts'
import { RenderStarts } from '../tags/render-starts.ts'
import { isDisabled, openEnvironments } from './open-environments.ts'
import { readWhole, streamOf } from './streams.ts'

/** An entry as Next gives and takes it: `next/dist/server/lib/cache-handlers/types.d.ts`. */
export interface UseCacheEntry {
  /** A new one at each `get`, and read once at each `set`. */
  readonly value: ReadableStream<Uint8Array>
  /** Without soft tags, which are given at each `get`. */
  readonly tags: string[]
  /** For the browser's own cache, in seconds. */
  readonly stale: number
  /** When its making began, in ms since the Unix epoch by Next's clock. */
  readonly timestamp: number
  /** In seconds; may be Infinity. */
  readonly expire: number
  /** In seconds; -1: to be served once more and made anew. */
  readonly revalidate: number
}

/** What of an entry is stored in its value; the rest is in the fields that all entries have. */
interface Stored {
  readonly body: Buffer
  readonly stale: number
  readonly tags: string[]
}

/** Keys whose soft tags are remembered between a `get` that missed and the `set` that follows. */
const MAX_ASKED = 1000

/**
 * Next's handler for `use cache`, one for all kinds. Nothing here throws or hangs: Next makes a broken part of the page
 * of a throw, and a `set` that hangs blocks all later requests for its key.
 */
export class UseCache {
  readonly #environment: NextEnvironment
  readonly #starts = new RenderStarts()
  readonly #sets = new Map<string, Promise<void>>()
  readonly #asked = new Map<string, readonly string[]>()

  constructor(environment: NextEnvironment) {
    this.#environment = environment
    if (environment.kind === 'enabled') environment.gauges.add({ useCacheMisses: () => this.#asked.size })
  }

  /** Undefined for a miss: Next breaks the page on `null`. */
  async get(key: string, softTags: readonly string[]): Promise<UseCacheEntry | undefined> {
    const environment = this.#environment
    if (environment.kind === 'disabled') return undefined
    const { emit, mistake } = environment
    if (mistake !== undefined) emit({ name: 'misconfigured', error: mistake })
    const askedMs = performance.now()
    try {
      await this.#within(environment, this.#sets.get(key))
      const safe = softTags.map(headerSafe)
      const entry = await this.#get(environment, key, { softTags: safe, askedMs })
      if (entry === undefined) boundedSet(this.#asked, key, safe, MAX_ASKED)
      return entry
    } catch (error) {
      emit({ name: 'failed', call: 'get', key, error: asError(error) })
      return undefined
    }
  }

  /** Resolves when a `get` finds it, or it is known not to be stored. */
  async set(key: string, pendingEntry: Promise<UseCacheEntry>): Promise<void> {
    const environment = this.#environment
    const stored = this.#set(environment, key, pendingEntry)
    if (environment.kind === 'disabled') return await stored
    this.#sets.set(key, stored)
    await this.#within(environment, stored)
    if (this.#sets.get(key) === stored) this.#sets.delete(key)
  }

  /** Makes sure that what is known of invalidations is recent enough. */
  async refreshTags(): Promise<void> {
    const environment = this.#environment
    if (environment.kind === 'disabled') return
    await outside(() => environment.cache.tags.refresh())
    // Next makes a value on demand without a `get`.
    this.#note(environment)
  }

  async updateTags(tags: readonly string[], durations?: Durations): Promise<void> {
    const environment = this.#environment
    if (environment.kind === 'enabled') await announce(environment, 'cacheHandlers', tags.map(headerSafe), durations)
  }

  #note({ cache }: Enabled): void {
    outside(() => this.#starts.note(nextNow(), cache.tags.begin()))
  }

  async #get(environment: Enabled, key: string, options: ReadOptions): Promise<UseCacheEntry | undefined> {
    const { cache, emit } = environment
    const id = entryId(environment, key)
    const result = await onBehalf(() => cache.read(id, options))
    this.#note(environment)
    if (result.kind === 'missing') {
      emit(result.event)
      return undefined
    }
    const { entry, judgement } = result
    if (judgement.byTime === 'expired') {
      emit({ name: 'miss', kind: id.kind, key, reason: 'expired', durationMs: result.event.durationMs })
      return undefined
    }
    emit(result.event)
    const { body, stale, tags } = entry.value as Stored
    const { revalidate, expire = Infinity } = entry.lifetime ?? { revalidate: false }
    return {
      value: streamOf(body),
      tags,
      stale,
      timestamp: toNextTime(
        entry.lastModified,
        outside(() => cache.now()),
      ),
      expire,
      revalidate: judgement.byTags === 'stale' ? -1 : revalidate === false ? Infinity : revalidate,
    }
  }

  async #set(environment: NextEnvironment, key: string, pendingEntry: Promise<UseCacheEntry>): Promise<void> {
    try {
      const entry = await pendingEntry
      // Next makes it anew at every read, so that nobody would be given it.
      const isWanted = environment.kind === 'enabled' && entry.expire !== 0
      if (!isWanted) {
        // Next has split the stream in two, and this would wait for who reads the other half.
        entry.value.cancel().catch(() => {})
        return
      }
      const body = await readWhole(entry.value)
      this.#write(environment, key, entry, body)
    } catch (error) {
      if (environment.kind === 'disabled') return
      // What errored half-way must not be served as if it were whole.
      environment.emit({ name: 'not-stored', kind: 'use-cache', key, error: asError(error) })
    }
  }

  #write(environment: Enabled, key: string, entry: UseCacheEntry, body: Buffer): void {
    const { cache, emit } = environment
    const { stale, timestamp, revalidate, expire } = entry
    const id = entryId(environment, key)
    const tags = entry.tags.map(headerSafe)
    const softTags = this.#asked.get(key) ?? []
    this.#asked.delete(key)
    onBehalf(() => {
      const knowledge = cache.knowledgeOf(id, this.#starts.at(timestamp), { tags, softTags })
      const value: Stored = { body, stale, tags: [...entry.tags] }
      const ageMs = nextNow() - timestamp
      cache.write(id, { value, ...knowledge, tags, lifetime: { revalidate, expire }, ageMs, isOwn: true })
    })
    emit({ name: 'set', kind: 'use-cache', key })
  }

  /** Waits, but no longer than for the store: what goes on too long is no longer waited for by anybody. */
  async #within({ timeoutMs }: Enabled, work: Promise<void> | undefined): Promise<void> {
    if (work === undefined) return
    await outside(() => within({ runtime: systemRuntime, timeoutMs, late: undefined }, work))
  }
}

function entryId({ scopes }: Enabled, key: string): EntryId {
  return { kind: 'use-cache', scope: scopes.response, key }
}

/**
 * Next tells this handler nothing of the build and constructs none anew. So it goes with the handler of the pages, which
 * is there before the first request; else by its own options, and the build in the working directory.
 */
export function createUseCache(
  options: CacheHandlerOptions | undefined,
  context: HandlerContext | undefined,
): UseCache {
  return new UseCache(outside(() => environmentOf(options, context)))
}

function environmentOf(options: CacheHandlerOptions | undefined, context: HandlerContext | undefined): NextEnvironment {
  if (options === undefined && context === undefined) {
    const open = openEnvironments().at(-1)
    if (open !== undefined) return open
    if (isDisabled()) return { kind: 'disabled' }
  }
  const dev = process.env.NODE_ENV === 'development'
  // The build that is there is not what `next dev` runs.
  const serverDistDir = dev ? undefined : join(process.cwd(), '.next', 'server')
  return resolveEnvironment(options ?? {}, context ?? { serverDistDir, dev })
}
