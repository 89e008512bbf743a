import { addressesOf, type EntryKind, type Layout, type Scope } from './keys/layout.ts'

/** Which entry is meant. */
export interface EntryId {
  readonly kind: EntryKind
  readonly scope: Scope
  readonly key: string
  /** What events about this one entry call it, where that is not its key: a page's path. */
  readonly name?: string | undefined
}

/** What an entry is called in the bucket, and in events. */
export interface Names {
  readonly objectKey: string
  readonly addresses: readonly [string, string]
}

/** Every read needs them, and most are of what was read a moment ago by the same identity. */
export class EntryNames {
  readonly #layout: Layout
  readonly #known = new WeakMap<EntryId, Names>()

  constructor(layout: Layout) {
    this.#layout = layout
  }

  of(id: EntryId): Names {
    const known = this.#known.get(id)
    if (known !== undefined) return known
    const { kind, scope, key, name = key } = id
    const names = { objectKey: this.#layout.entry(kind, scope, key), addresses: addressesOf(kind, scope, name) }
    this.#known.set(id, names)
    return names
  }
}
