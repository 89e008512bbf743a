import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startOrigin } from '../../example-app/origin/server.mjs'
import { buildApp, copyApp, root, withFolder, writeSourceText } from './apps.mjs'

/**
 * A page as Next hands it to a cache handler.
 * @typedef {{
 *   kind: 'APP_PAGE',
 *   html: string,
 *   rscData: Buffer,
 *   headers: Record<string, string>,
 *   postponed: undefined,
 *   status: undefined,
 *   segmentData: Map<string, Buffer>,
 * }} PageValue
 */

/** Pages that Next has rendered: path and value. @typedef {{ path: string, value: PageValue }} RenderedPage */

/**
 * Pages of prose in cards, whose HTML has about so many kilobytes.
 * @param {readonly number[]} kilobytes
 * @returns {Promise<RenderedPage[]>} in that order
 */
export async function renderArticles(kilobytes) {
  return await withFolder('bench-articles', async (dir) => {
    copyApp('benches/apps/articles', dir, 'benches')
    const env = { BENCH_BUILD: 'built-in', BENCH_PRERENDER: kilobytes.join(','), BENCH_TEXT: writeSourceText(dir) }
    await buildApp(dir, env)
    const pages = readPages(join(dir, '.next-built-in/server/app'))
    return kilobytes.map((size) => {
      const page = pages.find(({ path }) => path === `/articles/${size}`)
      if (page === undefined) throw new Error(`There is no page of ${size} KB`)
      return page
    })
  })
}

/**
 * All pages of the example app that its build renders, but for those of the Pages Router.
 * @returns {Promise<RenderedPage[]>}
 */
export async function renderExampleApp() {
  const origin = await startOrigin({ port: 0 })
  try {
    return await withFolder('bench-example', async (folder) => {
      const dir = join(folder, 'app')
      copyApp('example-app', dir, 'example-app')
      copyFileSync(join(root, 'tsconfig.json'), join(folder, 'tsconfig.json'))
      await buildApp(dir, { ORIGIN_URL: origin.url })
      return readPages(join(dir, '.next/server/app'))
    })
  } finally {
    await origin.close()
  }
}

/** The pages in a build's output, as Next's own handler reads them. */
function readPages(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.html') && existsSync(join(folder, name.replace(/html$/, 'rsc'))))
    .toSorted()
    .map((name) => readPage(folder, name.slice(0, -'.html'.length)))
}

function readPage(folder, name) {
  const read = (extension) => readFileSync(join(folder, name + extension))
  const { headers, segmentPaths = [] } = JSON.parse(read('.meta').toString())
  const segmentOf = (path) => [path, read(`.segments${path}.segment.rsc`)]
  return {
    path: `/${name}`,
    value: {
      kind: 'APP_PAGE',
      html: read('.html').toString(),
      rscData: read('.rsc'),
      headers,
      postponed: undefined,
      status: undefined,
      segmentData: new Map(segmentPaths.map(segmentOf)),
    },
  }
}

/** Bytes of all parts of a page. @param {PageValue} value */
export function bytesOfPage({ html, rscData, segmentData }) {
  const segments = [...segmentData.values()].reduce((sum, { length }) => sum + length, 0)
  return Buffer.byteLength(html) + rscData.length + segments
}

/**
 * Made without a build, for a look at whether a bench works: prose, no markup.
 * @param {readonly number[]} kilobytes
 * @returns {RenderedPage[]}
 */
export function sketchPages(kilobytes) {
  const prose = readFileSync(join(root, 'README.md'), 'utf8')
  return kilobytes.map((size) => {
    const html = prose.repeat(Math.ceil((size * 1000) / prose.length)).slice(0, size * 1000)
    const rscData = Buffer.from(html)
    const headers = { 'x-next-cache-tags': '_N_T_/layout,_N_T_/sketch' }
    const segmentData = new Map([['/_tree', rscData.subarray(0, 500)]])
    const value = { kind: /** @type {const} */ ('APP_PAGE'), html, rscData, headers, segmentData }
    return { path: `/sketches/${size}`, value: { ...value, postponed: undefined, status: undefined } }
  })
}
