// Serves the build: its files for browsers, and all else by React Router. `PORT=3006 node server.mjs`
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { createRequestListener } from '@remix-run/node-fetch-server'
import { createRequestHandler } from 'react-router'
import sirv from 'sirv'
import * as build from './build/server/index.js'

const DEFAULT_PORT = 3006

// Their names are new with every build.
const files = sirv(fileURLToPath(new URL('build/client', import.meta.url)), { maxAge: 31_536_000, immutable: true })
const handler = createRequestHandler(build, 'production')
const answer = createRequestListener((request) => handler(request))

const server = createServer((incoming, outgoing) => {
  files(incoming, outgoing, () => answer(incoming, outgoing))
})
server.listen(Number(process.env.PORT ?? DEFAULT_PORT), '127.0.0.1', () => {
  console.log(`The Ferry Bell answers on http://127.0.0.1:${server.address().port}`)
})
