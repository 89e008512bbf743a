import type { CacheEvent } from '../../src/lib/cache-events.ts'
import type { IsrCache } from '../../src/lib/next/isr-cache.ts'
import type { HandlerValue, NextValue } from '../../src/lib/next/next-values.ts'
import { type Instance, PREVIEW_ID } from './instance.ts'
import { CELLS, type Page, PAGES, TAGS } from './pages.ts'
import type { Invalidation, Request } from './plan.ts'
import type { Demand, Versions } from './reference.ts'
import type { World } from './world.ts'

/** What Next gives a page whose render failed: it looks again so soon. */
const AFTER_FAILURE = { revalidate: 3 }
const NEVER_STALE = { revalidate: false as const }
/** How long an invalidation is waited for, in `timeoutMs`. Then it is given up, and Next is not told. */
const LONGEST_STEPS = 3

interface Read {
  readonly found: HandlerValue | null
  readonly event: CacheEvent | undefined
}

/**
 * What Next does with the handler (next-contract.md, A), and what a visitor sees of it: every answer is held against the
 * reference.
 */
export class Visitor {
  readonly #world: World
  readonly #events = new Map<IsrCache, CacheEvent[]>()
  /** Whether something other than its own tags may take the control page away. */
  readonly #mayClear: boolean

  constructor(world: World, mayClear: boolean) {
    this.#world = world
    this.#mayClear = mayClear
  }

  async request(instance: Instance, { page: name, mustBeFresh = false }: Request): Promise<void> {
    const page = PAGES[name]
    const handler = this.#handler(instance)
    const { found } = await this.#read(instance, handler, page)
    const isFresh = found !== null && !this.#looksStale(found, page)
    if (mustBeFresh && !isFresh) this.#world.violate(`${name} is not fresh on ${instance.name}, long after all faults`)
    if (!isFresh) await this.#render(instance, handler, page, found?.value ?? undefined)
  }

  async invalidate(
    instance: Instance,
    { tag, expireSeconds, mustBeAcknowledged = false }: Invalidation,
  ): Promise<void> {
    const world = this.#world
    const handler = this.#handler(instance)
    const demand = this.#demand(instance, `${tag} ${expireSeconds ?? 'hard'}`, world.change([TAGS[tag]]), expireSeconds)
    await handler.revalidateTag([tag], durations(expireSeconds))
    if (this.#isInTime(demand)) return this.#acknowledge(demand)
    world.count('invalidations given up')
    if (mustBeAcknowledged)
      world.violate(`#${demand.id} was not acknowledged on ${instance.name}, long after all faults`)
  }

  /** As `res.revalidate()`. */
  async revalidateOnDemand(instance: Instance): Promise<void> {
    const page = PAGES.P
    this.#world.count('on demand')
    const handler = this.#handler(instance, { 'x-prerender-revalidate': PREVIEW_ID })
    const demand = this.#demand(instance, 'on demand P', this.#world.change(page.cells), Infinity)
    await handler.get(page.key, page.get)
    const isAnnounced = this.#isInTime(demand)
    await this.#render(instance, handler, page)
    if (isAnnounced) this.#acknowledge(demand)
  }

  async clear(instance: Instance): Promise<void> {
    const { cache, layout } = instance
    const { prefixSubject } = this.#world.modules.subjects
    const demand = this.#demand(instance, 'clear', this.#world.change(CELLS))
    const selection = { by: 'prefix', prefixes: [layout.entries('all')], isSelected: () => true } as const
    const scopes = ['d/page/', '~shared/fetch/'].map(prefixSubject)
    await cache.clear(scopes, selection).then(
      () => this.#acknowledge(demand),
      () => this.#world.count('clears given up'),
    )
  }

  #demand(instance: Instance, what: string, versions: Versions, expireSeconds?: number): Demand {
    const { scheduler, reference } = this.#world
    const calledAt = scheduler.now
    const demand = reference.demand({
      what,
      versions,
      by: instance.name,
      calledAt,
      ...(expireSeconds !== undefined && expireSeconds > 0 && { deadline: calledAt + expireSeconds * 1000 }),
    })
    this.#world.log(`${instance.name} INVALIDATES #${demand.id} ${what} ${JSON.stringify(versions)}`)
    return demand
  }

  /** What returns later was given up, and goes on by itself. */
  #isInTime({ calledAt }: Demand): boolean {
    const { scheduler, settings } = this.#world
    return scheduler.now - calledAt < LONGEST_STEPS * settings.timeoutMs
  }

  #acknowledge(demand: Demand): void {
    demand.acknowledgedAt = this.#world.scheduler.now
    this.#world.count('acknowledged')
    this.#world.log(`${demand.by} acknowledges #${demand.id} ${demand.what}`)
  }

  async #read(instance: Instance, handler: IsrCache, page: Page): Promise<Read> {
    const { scheduler } = this.#world
    const arrivedAt = scheduler.now
    const isBound = instance.watch()
    const found = await handler.get(page.key, page.get)
    const event = this.#events.get(handler)?.findLast((one) => 'key' in one && one.key === page.key)
    this.#judge(instance, page, { found, event }, arrivedAt, isBound())
    return { found, event }
  }

  #judge(instance: Instance, page: Page, { found, event }: Read, arrivedAt: number, isBound: boolean): void {
    const world = this.#world
    world.count(isBound ? 'answers judged' : 'answers of a degraded instance')
    if (found === null || event?.name !== 'hit') {
      const reason = event?.name === 'miss' ? event.reason : 'none'
      world.log(`${instance.name} ${page.name}: MISS, ${reason} (asked at ${arrivedAt})`)
      world.count(`miss ${reason}`)
      if (page.name === 'C' && reason === 'invalidated' && isBound && !this.#mayClear) {
        world.violate(`${instance.name} missed the control page, which nobody invalidated`)
      }
      return
    }
    const { versions } = found.value as unknown as { versions: Versions }
    const isStale = this.#looksStale(found, page)
    const freshness = isStale ? 'stale' : 'fresh'
    world.count(freshness)
    world.log(
      `${instance.name} ${page.name}: ${freshness} ${JSON.stringify(versions)} (asked at ${arrivedAt}${isBound ? '' : ', degraded'})`,
    )
    if (isStale !== (event.freshness === 'stale'))
      world.violate(`${page.name} looks ${freshness}, and is ${event.freshness}`)
    if (page.name === 'C' && isStale && !this.#mayClear) world.violate(`the control page is stale on ${instance.name}`)
    const { name: by } = instance
    const { bootedAt } = instance.machine
    const fault = world.reference.findFault({ page: page.name, by, bootedAt, arrivedAt, freshness, versions, isBound })
    if (fault !== undefined) world.violate(fault)
  }

  /** As Next judges what `get` gives it: by age alone. */
  #looksStale({ lastModified, cacheControl }: HandlerValue, { get }: Page): boolean {
    const revalidate = get.kind === 'FETCH' ? get.revalidate : cacheControl?.revalidate
    const ageMs = performance.timeOrigin + performance.now() - lastModified
    return typeof revalidate === 'number' && ageMs > revalidate * 1000
  }

  /** @param stale What there is, and is set again where the render fails. */
  async #render(instance: Instance, handler: IsrCache, page: Page, stale?: NextValue): Promise<Versions> {
    const { random, settings, isQuiet } = this.#world
    const waits = (): Promise<void> => instance.machine.sleep(isQuiet ? 1 : random.int(...settings.renderMs))
    await waits()
    const early = this.#world.read(page.cells)
    const data = page.data === undefined ? {} : await this.#readData(instance, handler, PAGES[page.data])
    await waits()
    const set = page.get.kind === 'FETCH' ? page.set : { ...page.set, cacheControl: NEVER_STALE }
    if (stale !== undefined && !isQuiet && page.get.kind !== 'FETCH' && random.chance(settings.failedRenders)) {
      this.#world.count('retained values')
      this.#world.log(`${instance.name} ${page.name}: its render fails, and the old value is set again`)
      await handler.set(page.key, stale, { ...page.set, cacheControl: AFTER_FAILURE })
      return early
    }
    const versions = { ...early, ...data }
    this.#world.log(`${instance.name} ${page.name}: rendered ${JSON.stringify(versions)}`)
    await handler.set(page.key, { kind: page.get.kind, versions, headers: page.headers ?? {} }, set)
    return versions
  }

  /** As `fetch` in a page that is rendered for the cache: only fresh data will do. */
  async #readData(instance: Instance, handler: IsrCache, data: Page): Promise<Versions> {
    const { found } = await this.#read(instance, handler, data)
    const value = found?.value as unknown as { readonly versions: Versions } | undefined
    if (found !== null && value !== undefined && !this.#looksStale(found, data)) return value.versions
    return this.#render(instance, handler, data)
  }

  #handler(instance: Instance, headers: Readonly<Record<string, string>> = {}): IsrCache {
    const events: CacheEvent[] = []
    const handler = instance.handler((event) => events.push(event), headers)
    this.#events.set(handler, events)
    return handler
  }
}

/** As Next passes them: none for "gone now", and none in them for a tag that never expires. */
const durations = (expireSeconds: number | undefined): { readonly expire?: number } | undefined =>
  expireSeconds === undefined ? undefined : expireSeconds === Infinity ? {} : { expire: expireSeconds }
