/**
 * Data with these tags, which whatever is rendered from it carries, too. The origin counts it apart from renders.
 * @param {string} key
 * @param {string[]} tags
 * @returns {Promise<number>} how often the origin was asked for it
 */
export async function taggedData(key, tags) {
  const response = await fetch(`${process.env.ORIGIN_URL}/data/${key}`, { cache: 'force-cache', next: { tags } })
  const { hits } = await response.json()
  return hits
}
