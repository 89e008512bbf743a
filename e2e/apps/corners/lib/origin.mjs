import { once } from 'node:events'
import { get } from 'node:http'

/**
 * Asks the origin, which counts; there is none while the app is built, so that a page of the build says 0.
 * Not with `fetch`, because Next would cache that on its own.
 * @param {string} key
 * @returns {Promise<{ hits: number }>}
 */
export async function askOrigin(key) {
  if (process.env.ORIGIN_URL === undefined) return { hits: 0 }
  const [response] = await once(get(`${process.env.ORIGIN_URL}/${key}`), 'response')
  return JSON.parse(Buffer.concat(await response.toArray()).toString())
}
