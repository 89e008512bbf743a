const UNSAFE_RUN = /[^\t\x20-\x7e]+/g

/**
 * A tag as Next makes it, before it reaches a header or a cache handler: what is not ASCII is percent-encoded
 * (`next/dist/server/lib/encode-header-safe.js`).
 */
export const headerSafe = (tag: string): string =>
  // Through a Buffer, because half a surrogate pair cannot be encoded.
  tag.replace(UNSAFE_RUN, (run) => encodeURIComponent(Buffer.from(run).toString()))
