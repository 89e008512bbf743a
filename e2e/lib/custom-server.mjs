// A custom server as Next's guide has it, started as `next start` is: https://nextjs.org/docs/app/guides/custom-server
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const { port, hostname } = parseArgs({
  options: { port: { type: 'string', short: 'p' }, hostname: { type: 'string', short: 'H' } },
  allowPositionals: true,
}).values

const next = createRequire(join(process.cwd(), 'package.json'))('next')
const app = next({ dev: false, hostname, port: Number(port) })
const handle = app.getRequestHandler()
await app.prepare()
createServer((request, response) => handle(request, response)).listen(Number(port), hostname, () =>
  console.log('Ready in no time'),
)
