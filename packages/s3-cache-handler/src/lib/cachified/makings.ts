import { outside } from '../async-context.ts'
import { boundedSet } from '../bounded-set.ts'
import { dataRuntime as runtime } from '../data/data-runtime.ts'
import type { RenderStart, TagView } from '../tags/tag-view.ts'

/** Values that are being made, of which it is remembered what was known when that began. */
const MAX_MAKINGS = 1000

/** The clock may tick between the moment that cachified takes for the begin and its `get`. */
const TICK_MS = 1

/** A `get` that begins. */
export interface Asking {
  /** In ms of this machine's wall clock. */
  readonly at: number
  /** How many invalidations had been called here. */
  readonly order: number
  /** Whether all of them were acknowledged. */
  readonly isQuiet: boolean
}

interface Making {
  readonly at: number
  readonly start: RenderStart
}

/**
 * What was known of invalidations when the making of a value began. Cachified makes it after a `get`, and tells only when it
 * was called for it: in whole milliseconds of the wall clock.
 */
export class Makings {
  readonly #tags: TagView
  readonly #makings = new Map<string, Making>()

  constructor(tags: TagView) {
    this.#tags = tags
  }

  ask(): Asking {
    return { at: runtime.wallMs(), order: this.#tags.begin().order, isQuiet: this.#tags.pending === 0 }
  }

  /**
   * A value is made from now on, and said to have begun `at` that moment, or a tick before. Not where something was
   * invalidated here meanwhile: another call of the same millisecond may be older. Of several the first counts, and the
   * others wait for it.
   */
  begin(text: string, at: number, { order, isQuiet }: Asking): void {
    const start = this.#tags.begin()
    if (!isQuiet || start.order !== order || this.#makings.get(text)?.at === at) return
    boundedSet(this.#makings, text, { at, start }, MAX_MAKINGS)
  }

  /** Ends it. What was made without a `get`, because it was forced, knew what was known before that millisecond. */
  startOf(text: string, at: number): RenderStart {
    const making = this.#makings.get(text)
    const isIt = making !== undefined && making.at >= at && making.at <= at + TICK_MS
    // What began later is another call's, whose value is still to come.
    if (making !== undefined && making.at <= at + TICK_MS) this.#makings.delete(text)
    return isIt ? making.start : outside(() => this.#tags.begunBefore(at))
  }
}
