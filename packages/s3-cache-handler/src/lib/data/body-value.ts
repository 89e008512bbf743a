/** Bytes, and a head of JSON. */
export interface Whole<Head> {
  readonly head: Head
  readonly bytes: Buffer
}

/**
 * A value that is bytes and a head of JSON, as a response is, and may still be on its way: it is stored once it is whole,
 * and never where it fails. Who is given one shares the bytes with others, and must not change them.
 */
export class BodyValue<Head = unknown> {
  /** It is known by this rather than by its class: a bundler may load this module twice. */
  readonly kind = 's3-cache-body' as const
  /** What is known of the head at once. */
  readonly head: Head
  /** Rejects with why it will never be whole. */
  readonly whole: Promise<Whole<Head>>

  constructor(head: Head, whole: Promise<Whole<Head>>) {
    this.head = head
    this.whole = whole
    // Nobody may be interested by the time it fails.
    whole.catch(() => {})
  }
}

export const isBodyValue = (value: unknown): value is BodyValue =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 's3-cache-body' && 'whole' in value
