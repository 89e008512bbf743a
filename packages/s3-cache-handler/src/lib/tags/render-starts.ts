import type { RenderStart } from './tag-view.ts'

/** Changes of what is known that are remembered: an entry that was begun before all of them counts as knowing nothing. */
const MAX_STARTS = 1000
const NOTHING: RenderStart = { seen: 0, order: 0, version: 0 }

/** What was known of invalidations at any moment, for entries that tell only when their making began. */
export class RenderStarts {
  readonly #noted: { readonly at: number; readonly start: RenderStart }[] = []

  /** @param at By the clock that entries are stamped with; never less than in the call before. */
  note(at: number, start: RenderStart): void {
    const last = this.#noted.at(-1)?.start
    const isNews = last?.seen !== start.seen || last.order !== start.order || last.version !== start.version
    if (!isNews) return
    this.#noted.push({ at, start })
    if (this.#noted.length > MAX_STARTS) this.#noted.shift()
  }

  /** What was known then at least. */
  at(moment: number): RenderStart {
    return this.#noted.findLast(({ at }) => at <= moment)?.start ?? NOTHING
  }
}
