// An instance without Next around the handler, which asks of it what Next would. Forked by fleet.mjs.
import { setTimeout as sleep } from 'node:timers/promises'
import S3CacheHandler from '../../packages/s3-cache-handler/dist/index.js'
import { answerCalls } from './called-process.mjs'

const CONTEXT = { kind: 'APP_PAGE', isFallback: false }
/** How long a page takes to render. */
const RENDER_MS = 50
/** So many tags share the pages among them. */
const GROUPS = 10
const rendering = new Set()
const counts = { views: 0, renders: 0 }

const keyOf = (page) => `/route-cache/APP_PAGE/${'0'.repeat(64)}/$/pages/${page}`
const newHandler = () => new S3CacheHandler({ dev: false, revalidatedTags: [], _requestHeaders: {} })

async function view(page, revalidate) {
  const handler = newHandler()
  const key = keyOf(page)
  const found = await handler.get(key, CONTEXT)
  counts.views++
  const staleAt = found === null ? -Infinity : found.lastModified + (found.cacheControl?.revalidate ?? 0) * 1000
  // Next renders a page once at a time.
  if (staleAt > Date.now() || rendering.has(key)) return
  rendering.add(key)
  await sleep(RENDER_MS)
  await handler.set(key, render(page), { ...CONTEXT, cacheControl: { revalidate, expire: 31_536_000 } })
  counts.renders++
  rendering.delete(key)
}

function render(page) {
  const html = `<p>${page} ${Math.random()}</p>`.repeat(200)
  const tags = `_N_T_/layout,_N_T_/pages/${page},group-${page % GROUPS}`
  return {
    kind: 'APP_PAGE',
    html,
    rscData: Buffer.from(html),
    headers: { 'x-next-cache-tags': tags },
    postponed: undefined,
    status: undefined,
    segmentData: new Map(),
  }
}

answerCalls({
  /** Views of one page after the other, from the `first` on, at an even pace. */
  async views({ pages, first, perSecond, forMs, revalidate }) {
    Object.assign(counts, { views: 0, renders: 0 })
    const startedAt = performance.now()
    const pending = new Set()
    for (let number = 0; number < (perSecond * forMs) / 1000; number++) {
      await sleep(startedAt + (number * 1000) / perSecond - performance.now())
      const viewed = view((first + number) % pages, revalidate)
      pending.add(viewed)
      void viewed.finally(() => pending.delete(viewed))
    }
    await Promise.all(pending)
    return { ...counts }
  },

  async invalidate({ tag }) {
    await newHandler().revalidateTag([tag])
  },
})
