/**
 * Data with the tag of its slug, which whatever is rendered from it carries too. The origin counts it apart from renders.
 * @param {string} route
 * @param {string} slug
 * @returns {Promise<number>} how often the origin was asked for it
 */
export async function taggedData(route, slug) {
  const url = `${process.env.ORIGIN_URL}/data/${route}/${slug}`
  const response = await fetch(url, { cache: 'force-cache', next: { tags: [`tag-${slug}`] } })
  const { hits } = await response.json()
  return hits
}
