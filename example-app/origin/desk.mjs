import { archive, moved, stories } from './stories.mjs'

/**
 * @typedef {object} Story
 * @property {string} slug
 * @property {string} section
 * @property {string} title
 * @property {string} standfirst
 * @property {string} byline
 * @property {string} publishedAt a date, YYYY-MM-DD
 * @property {string} coverAlt
 * @property {string[]} body
 * @property {number} edition 1 until the story is edited
 * @property {string | null} editedAt ISO 8601
 */

const HISTORY_LENGTH = 24
const LIVE_LINES = [
  'Herring gull on the fish market roof. Again.',
  'MV Marginalia alongside the east jetty, stove lit.',
  'Wind backing to the south-west, four.',
  'Pilot boat asks who has taken the good kettle.',
  'The 14:10 is loading. One horse.',
  'Visibility good. Skerry Point in sight.',
  'Two kayaks in the fairway, waving.',
  'Ice delivered. Some of it to the right place.',
  'Biscuit is on the slipway. Biscuit has been told.',
  'Tide turned. Nobody saw it happen.',
]

const goods = [
  { name: 'Herring', unit: 'a crate', price: 41.2 },
  { name: 'Mackerel', unit: 'a crate', price: 63.5 },
  { name: 'Kelp, dried', unit: 'a kilo', price: 9.4 },
  { name: 'Marine diesel', unit: 'a litre', price: 1.31 },
  { name: 'Manila rope', unit: 'a fathom', price: 3.85 },
  { name: 'Fog, per hour', unit: 'by subscription', price: 0.12 },
]

/** The newsroom's memory: every look at the markets moves them, every edit makes a new edition. */
export function createDesk() {
  /** @type {Map<string, Story>} */
  const bySlug = new Map(stories.map((story) => [story.slug, { ...story, edition: 1, editedAt: null }]))
  const markets = goods.map((good) => ({ ...good, history: walk(good.price, HISTORY_LENGTH) }))
  const reads = new Map(stories.map(({ slug }, index) => [slug, 900 - index * 90]))
  let liveLine = 0

  return {
    front: () => [...bySlug.values()].map((story) => ({ ...story, body: undefined })),

    /** @param {string} slug */
    story(slug) {
      const target = moved.get(slug)
      if (target !== undefined) return { kind: 'moved', to: target }
      const story = bySlug.get(slug)
      if (story === undefined) return undefined
      const slugs = [...bySlug.keys()]
      const next = bySlug.get(slugs[(slugs.indexOf(slug) + 1) % slugs.length] ?? slug)
      return { kind: 'story', story, next: { slug: next?.slug, title: next?.title } }
    },

    /**
     * @param {string} slug
     * @param {string} title
     */
    edit(slug, title) {
      const story = bySlug.get(slug)
      if (story === undefined) return undefined
      const edited = {
        ...story,
        title,
        edition: story.edition + 1,
        editedAt: new Date().toISOString(),
      }
      bySlug.set(slug, edited)
      return edited
    },

    markets() {
      for (const good of markets) good.history = [...good.history.slice(1), step(good.history.at(-1) ?? good.price)]
      return markets.map(({ name, unit, history }) => ({ name, unit, history }))
    },

    mostRead() {
      for (const [slug, count] of reads) reads.set(slug, count + Math.floor(Math.random() * 120))
      return [...reads]
        .toSorted(([, a], [, b]) => b - a)
        .map(([slug, count]) => ({ slug, title: bySlug.get(slug)?.title ?? slug, count }))
    },

    live() {
      const now = Date.now()
      liveLine += 1
      return LIVE_LINES.map((_, index) => ({
        at: new Date(now - index * 47_000).toISOString(),
        line: LIVE_LINES[(liveLine + LIVE_LINES.length - index) % LIVE_LINES.length],
      })).slice(0, 6)
    },

    archive: () => archive,

    /** @param {number} year */
    year: (year) => archive.find((issue) => issue.year === year),
  }
}

/** @param {number} price */
const step = (price) => Math.max(0.01, price * (1 + (Math.random() - 0.5) * 0.06))

/** @param {number} price @param {number} length */
function walk(price, length) {
  const history = [price]
  while (history.length < length) history.push(step(history.at(-1) ?? price))
  return history
}
