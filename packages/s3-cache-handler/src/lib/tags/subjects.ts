/**
 * What an event is about, as one string: the entries with a tag, the entry at an address, or all entries whose address
 * begins so. An address is `<scope>/<kind>/<name>`, see `keys/layout.ts`.
 */
export type Subject = `t:${string}` | `k:${string}` | `p:${string}`

export const tagSubject = (tag: string): Subject => `t:${tag}`
export const addressSubject = (address: string): Subject => `k:${address}`
export const prefixSubject = (prefix: string): Subject => `p:${prefix}`

/** Every entry there is. */
export const EVERYTHING: Subject = prefixSubject('')

/** What makes an entry one of those that an event is about. */
export interface Marks {
  readonly tags: readonly string[]
  /** An entry has several: its own, and the one that it shares with its likes in other deployments. */
  readonly addresses: readonly string[]
}
