/**
 * Whether a page is found, by its name and how often it was asked for: `appears-…` is not at first, `vanishes-…` only at
 * first, `flips-…` every other time; all others always are.
 * @param {string} name
 * @param {number} hits
 */
export function isFound(name, hits) {
  if (name.startsWith('appears-')) return hits > 1
  if (name.startsWith('vanishes-')) return hits === 1
  return !name.startsWith('flips-') || hits % 2 === 0
}
