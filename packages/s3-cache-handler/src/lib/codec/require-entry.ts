/** Throws for what has an intact checksum and is no entry all the same, as of another writer. */
export function requireEntry({ key, tags, lifetime }: Readonly<Record<'key' | 'tags' | 'lifetime', unknown>>): void {
  if (typeof key !== 'string') throw new Error('its key is no text')
  if (!Array.isArray(tags) || tags.some((tag) => typeof tag !== 'string')) throw new Error('its tags are no texts')
  if (lifetime === null || !['object', 'undefined'].includes(typeof lifetime)) throw new Error('its lifetime is none')
}
