import { randomBytes } from 'node:crypto'
import { cacheLife, cacheTag, unstable_cache } from 'next/cache'
import { makeFacts } from './facts.js'
import { askOrigin } from './origin.js'

async function cached(slug) {
  'use cache'
  cacheTag(`tag-${slug}`)
  return await makeFacts(`read/cached/${slug}`)
}

async function remote(slug) {
  'use cache: remote'
  cacheTag(`tag-${slug}`)
  return await makeFacts(`read/remote/${slug}`)
}

/** Its tag comes from the value within, which the origin counts apart. */
async function nested(slug) {
  'use cache'
  const data = await inner(slug)
  return `${await makeFacts(`read/nested/${slug}`)}, data ${data}`
}

async function inner(slug) {
  'use cache'
  cacheTag(`tag-${slug}`)
  return await askOrigin(`inner/${slug}`)
}

async function fetched(slug) {
  const url = `${process.env.ORIGIN_URL}/read/fetch/${slug}`
  const response = await fetch(url, { cache: 'force-cache', next: { tags: [`tag-${slug}`] } })
  const { hits } = await response.json()
  return `hits ${hits}`
}

async function unstable(slug) {
  const key = `read/unstable/${slug}`
  return await unstable_cache(() => makeFacts(key), [key], { tags: [`tag-${slug}`] })()
}

/** Stale after two seconds, for long. */
async function lasting(slug) {
  'use cache'
  cacheLife({ stale: 30, revalidate: 2, expire: 600 })
  cacheTag(`tag-${slug}`)
  return await makeFacts(`read/lasting/${slug}`)
}

/** As the profile `seconds`, but gone even sooner. */
async function fleeting(slug) {
  'use cache'
  cacheLife({ stale: 30, revalidate: 1, expire: 3 })
  return await makeFacts(`read/fleeting/${slug}`)
}

/** 5 MB, and other ones each time. */
async function large(slug) {
  'use cache'
  const facts = await makeFacts(`read/large/${slug}`)
  return `${facts}, ${randomBytes((5 * 1024 * 1024 * 3) / 4).toString('base64')}`
}

/** The arguments are part of the key, and far longer than a key of S3 may be. */
async function withArguments(slug) {
  return await describe({ slug, text: 'ü/é/☃/𝄞/\u0000 '.repeat(200), list: [1, undefined, NaN, new Date(0)] })
}

async function describe({ slug, text, list }) {
  'use cache'
  cacheTag(`tag-${slug}`)
  const facts = await makeFacts(`read/arguments/${slug}`)
  return `${facts}, ${slug}, ${text.length}, ${list.length}`
}

/** Only the first time. */
async function throwing(slug) {
  'use cache'
  const hits = await askOrigin(`read/throwing/${slug}`)
  if (hits === 1) throw new Error('The first time this goes wrong')
  return `hits ${hits}`
}

// Last, because `next dev` makes of a cached function what must come before its use.
/** Every way to cache a value, by its name in the URL. Most have the tag of the slug; the origin counts each apart. */
export const READERS = {
  cached,
  remote,
  nested,
  fetch: fetched,
  unstable,
  lasting,
  fleeting,
  large,
  arguments: withArguments,
  throwing,
}
