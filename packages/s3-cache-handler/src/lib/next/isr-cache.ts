import { outside } from '../async-context.ts'
import { asError } from '../errors.ts'
import type { EntryId } from '../cache.ts'
import type { EntryKind } from '../keys/layout.ts'
import type { CacheHandlerOptions } from '../options/options.ts'
import { type HandlerContext, type NextEnvironment, resolveEnvironment } from './next-environment.ts'
import {
  type GetContext,
  type HandlerValue,
  kindOf,
  lifetimeOf,
  type NextValue,
  readerLifetime,
  type SetContext,
  tagsOf,
  toHandlerValue,
} from './next-values.ts'

type Enabled = Extract<NextEnvironment, { kind: 'enabled' }>

/**
 * Makes the views that stand behind a handler class. The environment is resolved once a build folder; Next constructs
 * the class anew for every request.
 */
export function createIsrCacheFactory(options: CacheHandlerOptions): (context: HandlerContext) => IsrCache {
  const environments = new Map<string | undefined, NextEnvironment>()
  return (context) => {
    let environment = environments.get(context.serverDistDir)
    if (environment === undefined) {
      environment = outside(() => resolveEnvironment(options, context))
      environments.set(context.serverDistDir, environment)
    }
    return new IsrCache(environment)
  }
}

/**
 * Next's singular cache handler for one request: a thin view of the process's cache, with what must be remembered
 * between the `get` and the `set` of one render. Nothing here throws or hangs: Next makes a throw in `get` a 500.
 */
export class IsrCache {
  readonly #environment: NextEnvironment
  readonly #constructedSeen: number
  /** What was known when the render of a key began: at the `get` that could not be answered fresh. */
  readonly #renderSeen = new Map<string, number>()
  /** After a failed render Next sets the very value that `get` gave it: that one is no newer than it was. */
  readonly #handedOut = new WeakMap<object, number>()

  constructor(environment: NextEnvironment) {
    this.#environment = environment
    this.#constructedSeen = environment.kind === 'enabled' ? outside(() => environment.cache.tags.seen()) : 0
  }

  async get(key: string, context: GetContext): Promise<HandlerValue | null> {
    const environment = this.#environment
    if (environment.kind === 'disabled') return null
    if (environment.mistake !== undefined) environment.emit({ name: 'misconfigured', error: environment.mistake })
    try {
      return await this.#get(environment, key, context)
    } catch (error) {
      environment.emit({ name: 'failed', call: 'get', key, error: asError(error) })
      return null
    }
  }

  async set(key: string, value: NextValue, context: SetContext): Promise<void> {
    const environment = this.#environment
    if (environment.kind === 'disabled') return
    try {
      const kind = kindOf(context)
      const id = entryId(environment, kind, key)
      const seen = (value === null ? undefined : this.#handedOut.get(value)) ?? this.#renderSeen.get(key)
      this.#renderSeen.delete(key)
      outside(() =>
        environment.cache.write(id, {
          value,
          seen: seen ?? this.#constructedSeen,
          tags: tagsOf(value, context),
          lifetime: lifetimeOf(value, context),
        }),
      )
      environment.emit({ name: 'set', kind, key })
    } catch (error) {
      environment.emit({ name: 'failed', call: 'set', key, error: asError(error) })
    }
  }

  /** @param durations Absent: gone now. Else stale now, and gone after `expire` seconds, if it has any. */
  async revalidateTag(tags: string | readonly string[], durations?: { readonly expire?: number }): Promise<void> {
    const environment = this.#environment
    if (environment.kind === 'disabled') return
    try {
      const list = typeof tags === 'string' ? [tags] : tags
      const expireSeconds = durations && (durations.expire ?? Infinity)
      outside(() => environment.cache.tags.invalidate(list, expireSeconds))
      environment.emit({ name: 'invalidated', tags: list, expireSeconds })
    } catch (error) {
      environment.emit({ name: 'failed', call: 'revalidateTag', key: String(tags), error: asError(error) })
    }
  }

  async #get(environment: Enabled, key: string, context: GetContext): Promise<HandlerValue | null> {
    const { cache, emit } = environment
    const id = entryId(environment, kindOf(context), key)
    const seen = outside(() => cache.tags.seen())
    const softTags = [...(context.tags ?? []), ...(context.softTags ?? [])]
    const result = await outside(() => cache.read(id, { softTags, lifetime: readerLifetime(context) }))
    emit(result.event)
    const isFresh =
      result.kind === 'found' && result.judgement.byTags === 'fresh' && result.judgement.byTime === 'fresh'
    // The one handler that Next keeps for images outlives its renders, and images carry no tags.
    if (!isFresh && id.kind !== 'image' && !this.#renderSeen.has(key)) this.#renderSeen.set(key, seen)
    if (result.kind === 'missing') return null
    const { entry, judgement } = result
    const found = outside(() => toHandlerValue(entry, judgement, context, Date.now()))
    // Next throws on data that is not data, and on a response that is.
    if ((found.value?.kind === 'FETCH') !== (id.kind === 'fetch')) return null
    if (found.value !== null) this.#handedOut.set(found.value, entry.seen)
    return found
  }
}

function entryId({ scopes }: Enabled, kind: EntryKind, key: string): EntryId {
  return { kind, scope: kind === 'page' ? scopes.response : scopes.data, key }
}
