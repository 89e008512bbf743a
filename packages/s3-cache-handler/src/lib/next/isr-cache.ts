import { outside } from '../async-context.ts'
import { boundedSet } from '../bounded-set.ts'
import type { EntryId } from '../entry-names.ts'
import type { Entry } from '../entry.ts'
import { onBehalf } from '../cause.ts'
import { asError } from '../errors.ts'
import { type Freshness, overall } from '../freshness/freshness.ts'
import { addressesOf, type EntryKind } from '../keys/layout.ts'
import type { CacheHandlerOptions } from '../options/options.ts'
import type { ReadOptions, ReadResult } from '../reads.ts'
import { addressSubject } from '../tags/subjects.ts'
import type { RenderStart } from '../tags/tag-view.ts'
import { announce, type Durations, reportUnlessKept } from './announce.ts'
import { rememberLifetime } from './cache-controls.ts'
import { isImage, toStoredImage } from './image-value.ts'
import { type Enabled, type HandlerContext, type NextEnvironment, resolveEnvironment } from './next-environment.ts'
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
  toNextTime,
  toServedMeanwhile,
} from './next-values.ts'
import { entryId } from './entry-ids.ts'
import { implicitTags, pagePath } from './page-path.ts'
import { judgesExpiry, markStale } from './tags-manifest.ts'

/** Next sends it to itself, with the build's preview ID, to have a page rendered. */
const ON_DEMAND_HEADER = 'x-prerender-revalidate'
/** More than are ever under way in one handler. */
const MAX_RENDERS = 1000

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
    return new IsrCache(environment, context._requestHeaders)
  }
}

/**
 * Next's singular cache handler for one request: a thin view of the process's cache, with what must be remembered
 * between the `get` and the `set` of one render. Nothing here throws or hangs: Next makes a throw in `get` a 500.
 */
export class IsrCache {
  readonly #environment: NextEnvironment
  /** Whether Next itself asks for a render, by `res.revalidate()`. */
  readonly #isOnDemand: boolean
  readonly #constructed: RenderStart
  /** What was known when the render of a key began: at the `get` that could not be answered fresh. */
  #renders: Map<string, Render> | undefined
  /** What ends the turn of this instance to render a stale entry. */
  #turns: Map<string, () => Promise<void>> | undefined

  constructor(environment: NextEnvironment, requestHeaders: HandlerContext['_requestHeaders'] = {}) {
    this.#environment = environment
    const isEnabled = environment.kind === 'enabled'
    this.#constructed = isEnabled ? environment.cache.tags.begin() : { seen: 0, order: 0, version: 0 }
    // Anybody can send the header, but only Next knows the secret that belongs in it.
    const secret = isEnabled ? environment.previewModeId : undefined
    this.#isOnDemand = secret !== undefined && requestHeaders[ON_DEMAND_HEADER] === secret
  }

  async get(key: string, context: GetContext): Promise<HandlerValue | null> {
    const environment = this.#environment
    if (environment.kind === 'disabled') return null
    if (environment.mistake !== undefined) environment.emit({ name: 'misconfigured', error: environment.mistake })
    const askedMs = performance.now()
    try {
      const id = entryId(environment.scopes, kindOf(context), key)
      if (this.#isOnDemand && id.kind === 'page') await this.#announceRender(environment, id)
      const answer = this.#get(environment, id, context, askedMs)
      return answer instanceof Promise ? await answer : answer
    } catch (error) {
      environment.emit({ name: 'failed', call: 'get', key, error: asError(error) })
      return null
    }
  }

  async set(key: string, value: NextValue, context: SetContext): Promise<void> {
    const environment = this.#environment
    if (environment.kind === 'disabled') return
    try {
      const { cache, emit } = environment
      const kind = kindOf(context)
      const id = entryId(environment.scopes, kind, key)
      const tags = tagsOf(value, context)
      const { start, softTags } = this.#end(key, kind)
      onBehalf(() => {
        const retained = value === null ? undefined : handedOut.get(value)
        const { seen, order, known } = retained ?? cache.knowledgeOf(id, start, { tags, softTags })
        const stored = isImage(value) ? toStoredImage(value) : value
        cache.write(id, { value: stored, seen, order, known, tags, lifetime: lifetimeOf(value, context) })
      })
      emit({ name: 'set', kind, key })
      this.#endTurn(environment, id)
      // Who asked for the render goes on when it is done, and then every instance must find it.
      if (this.#isOnDemand) await outside(() => cache.settled(id))
    } catch (error) {
      environment.emit({ name: 'failed', call: 'set', key, error: asError(error) })
    }
  }

  async revalidateTag(tags: string | readonly string[], durations?: Durations): Promise<void> {
    const environment = this.#environment
    const list = typeof tags === 'string' ? [tags] : tags
    if (environment.kind === 'enabled') await announce(environment, 'cacheHandler', list, durations)
  }

  /**
   * `res.revalidate()` calls no `revalidateTag`. So the page is made stale on every instance before it is rendered: their
   * copies in memory follow, and an older render that finishes late loses.
   */
  async #announceRender(environment: Enabled, { kind, scope, key, name = key }: EntryId): Promise<void> {
    const [address] = addressesOf(kind, scope, name)
    try {
      await outside(() => environment.cache.invalidate([addressSubject(address)], Infinity))
    } catch (error) {
      reportUnlessKept(environment.emit, error, { call: 'get', key })
    }
  }

  /** At once where the answer is fresh in memory: most are, and promises would be a large part of their cost. */
  #get(
    environment: Enabled,
    id: EntryId,
    context: GetContext,
    askedMs: number,
  ): HandlerValue | null | Promise<HandlerValue | null> {
    const { cache, seeds } = environment
    const softTags = readerTags(environment, id, context)
    const seed = id.kind === 'page' && seeds !== undefined ? () => seeds.read(id.key, context) : undefined
    const options = { softTags, lifetime: readerLifetime(context), seed, sharesValue: true, askedMs }
    const asked: Asked = { environment, id, context, options }
    const first = onBehalf(() => cache.read(id, options))
    return first instanceof Promise ? first.then((read) => this.#answer(asked, read)) : this.#answer(asked, first)
  }

  #answer(asked: Asked, first: ReadResult): HandlerValue | null | Promise<HandlerValue | null> {
    if (first.kind === 'missing' || overall(first.judgement) !== 'fresh') return this.#answerAnew(asked, first)
    asked.environment.emit(first.event)
    // The moment at which it was found: to ask the clock again would cost as much as to find the entry.
    const found = toFound(asked, first, first.entry.lastModified + first.event.ageMs)
    const remembered = rememberFound(asked.id, found)
    return remembered === undefined ? found : remembered.then(() => found)
  }

  /** What is stale, or missing, is about to be rendered. */
  async #answerAnew(asked: Asked, first: ReadResult): Promise<HandlerValue | null> {
    const { environment, id, options } = asked
    const { cache, emit } = environment
    const result =
      first.kind === 'found' && overall(first.judgement) === 'stale' ? await this.#takeTurn(asked, first) : first
    const now = outside(() => cache.now())
    if (result === 'others') {
      // What was found first is served, but only now.
      emit({ ...first.event, durationMs: performance.now() - options.askedMs })
      return await this.#leaveToOthers(first, now)
    }
    emit(result.event)
    if (freshnessOf(result) !== 'fresh') this.#begin(environment, id.key, options.softTags)
    if (result.kind === 'missing') return null
    const { entry, judgement } = result
    const found = toFound(asked, result, now)
    if (found !== null && found.value !== null) handedOut.set(found.value, entry)
    const modified = toNextTime(entry.lastModified, now)
    await rememberFound(id, found)
    if (judgement.byTags === 'stale') {
      await outside(() => markStale(cache.staleTags(entry, options.softTags), modified))
    }
    // As Next is told to wait for a new one.
    const isGone = id.kind === 'page' && judgement.byTime === 'expired' && !(await judgesExpiry)
    return isGone && found !== null ? { ...found, lastModified: -1 } : found
  }

  /**
   * What is stale is rendered by one instance of the fleet. Its turn begins with another look: the one whose turn ended
   * just now has stored a new one.
   */
  async #takeTurn(
    { environment: { cache, refreshes, layout, emit }, id, options }: Asked,
    stale: Found,
  ): Promise<ReadResult | 'others'> {
    const { kind, scope, key } = id
    const isResponse = kind === 'page' || kind === 'image'
    if (refreshes === undefined || !isResponse || this.#isOnDemand) return stale
    const turn = await onBehalf(() => refreshes.begin(layout.entry(kind, scope, key), stale.entry.lastModified))
    if (turn.kind === 'others') {
      emit({ name: 'deduplicated', kind, key })
      return 'others'
    }
    const again = await onBehalf(() => cache.read(id, { ...options, mustAsk: true }))
    if (freshnessOf(again) === 'fresh') void onBehalf(() => turn.leave())
    else boundedSet((this.#turns ??= new Map()), key, turn.end, MAX_RENDERS)
    return again
  }

  async #leaveToOthers(stale: ReadResult, now: number): Promise<HandlerValue | null> {
    if (stale.kind === 'missing') return null
    const served = toServedMeanwhile(stale.entry, now)
    await rememberLifetime(stale.entry.key, served.cacheControl)
    return served
  }

  /** Others look for the new entry in the bucket: their turn is when it is there. */
  #endTurn({ cache }: Enabled, id: EntryId): void {
    const end = this.#turns?.get(id.key)
    if (end === undefined) return
    this.#turns?.delete(id.key)
    void onBehalf(() => cache.settled(id).then(end))
  }

  /** Several renders of one key may be under way in one request, as of a function in `unstable_cache`. */
  #begin({ cache }: Enabled, key: string, softTags: readonly string[]): void {
    const renders = (this.#renders ??= new Map())
    const present = renders.get(key)
    if (present !== undefined) {
      renders.set(key, { ...present, underWay: present.underWay + 1 })
      return
    }
    const start = outside(() => cache.tags.begin())
    boundedSet(renders, key, { start, softTags, underWay: 1 }, MAX_RENDERS)
  }

  /** Nobody tells which of several renders ends: it is taken for the one that began first, and knew least. */
  #end(key: string, kind: EntryKind): Pick<Render, 'start' | 'softTags'> {
    const render = this.#renders?.get(key)
    if (render === undefined) return { start: this.#constructed, softTags: [] }
    // The one handler that Next keeps for images outlives its renders, of which some never end in a `set`.
    if (render.underWay === 1 || kind === 'image') this.#renders?.delete(key)
    else this.#renders?.set(key, { ...render, underWay: render.underWay - 1 })
    return render
  }
}

/**
 * After a failed render Next sets the very value that `get` gave it: that one is no newer than it was. Not those that were
 * fresh: they are hit by nothing that was known then, and remembering each was half of what a hit cost.
 */
const handedOut = new WeakMap<object, Pick<Entry, 'seen' | 'order' | 'known'>>()

function toFound({ id, context }: Asked, { entry, judgement }: Found, now: number): HandlerValue | null {
  const found = toHandlerValue(entry, judgement, context, now)
  // Next throws on data that is not data, and on a response that is.
  if ((found.value?.kind === 'FETCH') !== (id.kind === 'fetch')) return null
  return found
}

const freshnessOf = (result: ReadResult): Freshness | undefined =>
  result.kind === 'found' ? overall(result.judgement) : undefined

type Found = Extract<ReadResult, { kind: 'found' }>

/** A `get` under way. */
interface Asked {
  readonly environment: Enabled
  readonly id: EntryId
  readonly context: GetContext
  readonly options: ReadOptions & { readonly softTags: readonly string[]; readonly askedMs: number }
}

/** Undefined where it is done at once. */
const rememberFound = ({ kind, key }: EntryId, found: HandlerValue | null): Promise<void> | undefined =>
  kind === 'page' && found !== null ? rememberLifetime(key, found.cacheControl) : undefined

interface Render {
  /** How many are under way. */
  readonly underWay: number
  /** Of the first of them. */
  readonly start: RenderStart
  /** Those of the `get` at which it began. */
  readonly softTags: readonly string[]
}

/** Those of data are in the context; pages of the Pages Router carry none, so that their path stands for them. */
function readerTags(
  { defaultLocale }: Enabled,
  { key }: EntryId,
  { kind, tags = [], softTags = [] }: GetContext,
): string[] {
  return kind === 'PAGES' ? implicitTags(pagePath(key), defaultLocale) : [...tags, ...softTags]
}
