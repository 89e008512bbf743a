/**
 * The tags in a parameter: base64url of a JSON array, or `many-N` for so many of them.
 * @param {string} slug
 * @returns {string[]}
 */
export function tagsOf(slug) {
  const [, count] = /^many-(\d+)$/.exec(slug) ?? []
  if (count !== undefined) return Array.from({ length: Number(count) }, (_, index) => `${slug}-${index + 1}`)
  return JSON.parse(Buffer.from(slug, 'base64url').toString())
}
