import { randomUUID } from 'node:crypto'
import { askOrigin } from './origin.js'

/**
 * What tells one making of a value from another: the origin's count and a nonce.
 * @param {string} key
 */
export async function makeFacts(key) {
  const hits = await askOrigin(key)
  return `hits ${hits}, render ${randomUUID()}`
}
