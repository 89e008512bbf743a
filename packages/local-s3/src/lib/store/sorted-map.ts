import { compareUtf8 } from './compare-utf8.ts'

/** What a listing needs of a `SortedMap`. */
export interface ReadonlySortedMap<Value> {
  readonly size: number
  get(key: string): Value | undefined
  /** The key at a position in UTF-8 order. */
  keyAt(position: number): string | undefined
  /** The first position whose key is not `before`. Of all keys, those that are must come first. */
  position(before: (key: string) => boolean): number
}

/** A map whose keys can be walked in UTF-8 order from any point. */
export class SortedMap<Value> implements ReadonlySortedMap<Value> {
  readonly #values = new Map<string, Value>()
  readonly #keys: string[] = []

  get size(): number {
    return this.#keys.length
  }

  get(key: string): Value | undefined {
    return this.#values.get(key)
  }

  set(key: string, value: Value): void {
    if (!this.#values.has(key)) this.#keys.splice(this.#positionOf(key), 0, key)
    this.#values.set(key, value)
  }

  delete(key: string): void {
    if (this.#values.delete(key)) this.#keys.splice(this.#positionOf(key), 1)
  }

  /** The values in the order of their keys. */
  values(): Value[] {
    return this.#keys.flatMap((key) => this.#values.get(key) ?? [])
  }

  keyAt(position: number): string | undefined {
    return this.#keys[position]
  }

  position(before: (key: string) => boolean): number {
    let low = 0
    let high = this.#keys.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const key = this.#keys[middle]
      if (key !== undefined && before(key)) low = middle + 1
      else high = middle
    }
    return low
  }

  #positionOf(key: string): number {
    return this.position((other) => compareUtf8(other, key) < 0)
  }
}
