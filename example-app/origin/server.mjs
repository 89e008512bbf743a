import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { pathToFileURL } from 'node:url'
import { createDesk } from './desk.mjs'

const DEFAULT_PORT = 3003
const SLUG = /^[a-z0-9-]+$/

/**
 * The newsroom's origin: what the app would otherwise ask a CMS, a database and a price feed. It counts what it is asked.
 *
 * @param {{ port: number }} options `port` 0 takes any free port
 * @returns {Promise<{ url: string, port: number, hits(): Record<string, number>, close(): Promise<void> }>}
 */
export async function startOrigin({ port }) {
  const desk = createDesk()
  /** @type {Map<string, number>} */
  const counts = new Map()
  const hits = () => Object.fromEntries(counts)

  /** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
  const respond = async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://origin')
    const { status, type, body, counted } = await answer(desk, request, pathname, hits)
    if (counted) counts.set(pathname, (counts.get(pathname) ?? 0) + 1)
    response.writeHead(status, { 'content-type': type }).end(body)
  }
  const server = createServer((request, response) => {
    respond(request, response).catch((/** @type {Error} */ error) => {
      response.writeHead(500).end(error.message)
    })
  })
  server.listen({ port, host: '127.0.0.1' })
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The origin has no port')

  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    hits,
    async close() {
      if (!server.listening) return
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {string} type
 * @property {string | Buffer} body
 * @property {boolean} counted whether it adds to the hits: questions about the origin itself do not
 *
 * @param {ReturnType<typeof createDesk>} desk
 * @param {import('node:http').IncomingMessage} request
 * @param {string} pathname
 * @param {() => Record<string, number>} hits
 * @returns {Promise<Answer>}
 */
async function answer(desk, request, pathname, hits) {
  const [, room, name = ''] = pathname.split('/')
  if (pathname === '/health') return { ...json('ok'), counted: false }
  if (pathname === '/hits') return { ...json(hits()), counted: false }
  if (room === 'edit' && request.method === 'POST') {
    const title = await titleIn(request)
    if (title === undefined) return { ...json({ error: 'Send {"title":"…"}, a text that is not blank' }), status: 400 }
    return { ...json(desk.edit(name, title)), counted: false }
  }
  if (room === 'covers') return await cover(name)
  if (pathname === '/stories') return json(desk.front())
  if (room === 'stories') return json(desk.story(name))
  if (pathname === '/markets') return json(desk.markets())
  if (pathname === '/most-read') return json(desk.mostRead())
  if (pathname === '/live') return json(desk.live())
  if (pathname === '/archive') return json(desk.archive())
  if (room === 'archive') return json(/^\d{4}$/.test(name) ? desk.year(Number(name)) : undefined)
  return json(undefined)
}

/** @param {unknown} value `undefined` is "no such thing" @returns {Answer} */
const json = (value) => ({
  status: value === undefined ? 404 : 200,
  type: 'application/json',
  body: JSON.stringify(value ?? { error: 'Not found' }),
  counted: true,
})

/** @param {string} slug @returns {Promise<Answer>} */
async function cover(slug) {
  if (!SLUG.test(slug)) return json(undefined)
  try {
    const body = await readFile(new URL(`covers/${slug}.webp`, import.meta.url))
    return { status: 200, type: 'image/webp', body, counted: true }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return json(undefined)
    throw error
  }
}

/** @param {import('node:http').IncomingMessage} request @returns {Promise<string | undefined>} */
async function titleIn(request) {
  const text = Buffer.concat(await request.toArray()).toString()
  try {
    /** @type {unknown} */
    const body = JSON.parse(text)
    if (typeof body !== 'object' || body === null || !('title' in body) || typeof body.title !== 'string')
      return undefined
    return body.title.trim() === '' ? undefined : body.title
  } catch {
    return undefined
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const origin = await startOrigin({ port: Number(process.env.PORT ?? DEFAULT_PORT) })
  console.log(`The newsroom's origin answers on ${origin.url}`)
}
