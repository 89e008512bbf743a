import { readFileSync } from 'node:fs'

/** What a card adds to the HTML of its page, which has its text twice: as markup, and as data for React. */
const CARD_KILOBYTES = 5.94
const PAGE_KILOBYTES = 5

/**
 * @typedef {{
 *   id: string,
 *   title: string,
 *   author: string,
 *   publishedAt: string,
 *   minutes: number,
 *   paragraphs: string[],
 * }} CardFacts
 */

/**
 * Cards for a page of so many kilobytes: the same each time.
 * @param {number} kilobytes
 */
export function cardsFor(kilobytes) {
  const count = Math.max(1, Math.round((kilobytes - PAGE_KILOBYTES) / CARD_KILOBYTES))
  return Array.from({ length: count }, (_, index) => cardAt(index))
}

/**
 * @param {number} index
 * @returns {CardFacts}
 */
export function cardAt(index) {
  const random = randomFrom(index)
  const upTo = (/** @type {number} */ limit) => Math.floor(random() * limit)
  const title = words(random, 6 + upTo(6))
  return {
    id: `${title.toLowerCase().replaceAll(/[^a-z]+/g, '-')}-${index}`,
    title,
    author: words(random, 2),
    publishedAt: new Date(Date.UTC(2026, upTo(12), 1 + upTo(28), upTo(24), upTo(60))).toISOString(),
    minutes: 2 + upTo(20),
    paragraphs: Array.from({ length: 3 }, () => `${words(random, 45 + upTo(50))}.`),
  }
}

/** Which words follow a word, each as often as it does in the text. @type {Map<string, string[]> | undefined} */
let followers
let starts = /** @type {string[]} */ ([])

/**
 * So many words, each of which follows the one before somewhere in the source text: what is like prose to a compressor,
 * and does not repeat itself as a text that is copied until it is long enough.
 * @param {() => number} random
 * @param {number} count
 */
function words(random, count) {
  followers ??= readFollowers()
  const pick = (/** @type {readonly string[]} */ list) => list[Math.floor(random() * list.length)]
  const chosen = [pick(starts)]
  while (chosen.length < count) chosen.push(pick(followers.get(chosen[chosen.length - 1]) ?? starts))
  return chosen.join(' ')
}

function readFollowers() {
  const text = readFileSync(process.env.BENCH_TEXT, 'utf8').split(/\s+/)
  const following = new Map()
  for (const [index, word] of text.entries()) {
    const next = text[index + 1]
    if (next !== undefined) following.set(word, [...(following.get(word) ?? []), next])
  }
  starts = text.filter((word) => /^[A-Z][a-z]+$/.test(word))
  return following
}

/** Numbers from 0 to 1, the same for the same seed: mulberry32. */
function randomFrom(seed) {
  let state = Math.imul(seed + 1, 0x9e3779b9)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
