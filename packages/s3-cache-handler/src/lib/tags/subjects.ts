/**
 * What an event is about, as one string: the entries with a tag, the entry at an address, or all entries whose address
 * begins so. An address is `<scope>/<kind>/<name>`, see `keys/layout.ts`.
 */
export type Subject = `t:${string}` | `k:${string}` | `p:${string}` | typeof AGED

export const tagSubject = (tag: string): Subject => `t:${tag}`
export const addressSubject = (address: string): Subject => `k:${address}`
export const prefixSubject = (prefix: string): Subject => `p:${prefix}`

/**
 * Every entry there is, by age alone: for what was once an event on something, and cannot be told any more. No render
 * keeps count of it; its stamps are compared with an entry's `seen`.
 */
export const AGED = 'a:'

/** What makes an entry one of those that an event is about. */
export interface Marks {
  /** Its own. */
  readonly tags: readonly string[]
  /** Those that its reader adds. */
  readonly readerTags?: readonly string[] | undefined
  /** An entry has several: its own, and the one that it shares with its likes in other deployments. */
  readonly addresses: readonly string[]
}
