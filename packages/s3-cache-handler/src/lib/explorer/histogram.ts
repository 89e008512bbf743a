/** The first bucket ends here; each further one at the square root of two times the one before. */
const FIRST_MS = 0.01
/** The last one holds all above 40 s. */
const BUCKETS = 46

/** Durations, counted by their size: in bounded memory, and off by 41 % at most. */
export class Histogram {
  readonly #counts = new Uint32Array(BUCKETS)
  #total = 0

  get total(): number {
    return this.#total
  }

  add(ms: number): void {
    const bucket = ms <= FIRST_MS ? 0 : Math.ceil(2 * Math.log2(ms / FIRST_MS))
    const index = Math.min(Number.isFinite(bucket) ? bucket : BUCKETS - 1, BUCKETS - 1)
    this.#counts[index] = (this.#counts[index] ?? 0) + 1
    this.#total++
  }

  addAll(other: Histogram): void {
    for (const [index, count] of other.#counts.entries()) this.#counts[index] = (this.#counts[index] ?? 0) + count
    this.#total += other.#total
  }

  /** What so much of all, from 0 to 1, took at most; undefined where there is nothing. */
  quantile(share: number): number | undefined {
    if (this.#total === 0) return undefined
    let left = Math.ceil(share * this.#total)
    const index = this.#counts.findIndex((count) => (left -= count) <= 0)
    return FIRST_MS * 2 ** (index / 2)
  }
}
