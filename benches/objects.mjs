// What a GET and a PUT of an object cost: `node --expose-gc benches/objects.mjs [--write]`, after `pnpm build`.
import { claimsOfObjects } from './lib/asked-for.mjs'
import { number } from './lib/format.mjs'
import { startFixedAnswers } from './lib/fixed-answers-process.mjs'
import { startLocalS3Process } from './lib/local-s3-process.mjs'
import { median } from './lib/measure.mjs'
import { CLIENTS, openClients } from './lib/object-clients.mjs'
import { table } from './lib/results.mjs'
import { runBench } from './lib/run-bench.mjs'
import { inTurns, ratioOf, throughputOf } from './lib/throughput.mjs'

const SIZES = [10_000, 100_000]
const SERVERS = {
  'fixed answers': startFixedAnswers,
  'local-s3': startLocalS3Process,
}
const CONCURRENCY = 8
/** One would have its presigned URL looked up where the store keeps many. */
const KEYS = 64
const [RAW, OURS, SDK] = CLIENTS

Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local-secret' })
async function measure({ quick }) {
  const { rounds, forMs } = quick ? { rounds: 2, forMs: 60 } : { rounds: 9, forMs: 1000 }
  const results = []
  for (const [serverName, start] of Object.entries(SERVERS)) {
    for (const bytes of SIZES) {
      const server = await start(bytes)
      try {
        results.push(...(await measureOn({ server, serverName, bytes, rounds, forMs })))
      } finally {
        await server.stop()
      }
    }
  }
  return { rounds, forMs, results }
}

async function measureOn({ server, serverName, bytes, rounds, forMs }) {
  const keys = Array.from({ length: KEYS }, (_, index) => `v1/entries/build/page/p/${index}`)
  const clients = await openClients(server, keys)
  const body = Buffer.alloc(bytes, 'x')
  for (const key of keys) await clients[OURS].put(key, body)
  let calls = 0
  const nextKey = () => keys[calls++ % KEYS]
  const work = {
    get: (name) => async () => {
      const { length } = await clients[name].get(nextKey())
      if (length !== bytes) throw new Error(`${name} got ${length} bytes`)
    },
    put: (name) => () => clients[name].put(nextKey(), body),
  }
  const results = []
  for (const operation of ['get', 'put']) {
    const run = (name, ms) => throughputOf(work[operation](name), { concurrency: CONCURRENCY, forMs: ms })
    // What is only compiled or connected at first is not of a call.
    for (const name of CLIENTS) await run(name, forMs)
    const measured = await inTurns(CLIENTS, rounds, (name) => run(name, forMs))
    const of = Object.fromEntries(CLIENTS.map((name, index) => [name, measured[index]]))
    results.push({ server: serverName, bytes, operation, ...of })
  }
  for (const client of Object.values(clients)) await client.close()
  return results
}

function describe({ rounds, forMs, results }) {
  const rows = results.map((result) => {
    const { server, operation, bytes } = result
    const [raw, ours, sdk] = CLIENTS.map((name) => result[name])
    const rates = [raw, ours, sdk].map((of) => number(median(column(of, 'perSecond'))))
    const cpu = [raw, ours, sdk].map((of) => number(median(column(of, 'cpuUs'))))
    return [
      `${operation.toUpperCase()} ${bytes / 1000} KB, ${server}`,
      ...rates,
      ratio(ours, raw, 'perSecond'),
      ratio(ours, sdk, 'perSecond'),
      ...cpu,
      ratio(ours, sdk, 'cpuUs'),
    ]
  })
  const head = [
    '',
    ...CLIENTS.map((name) => `${name}, a second`),
    'ours / raw',
    'ours / SDK',
    ...CLIENTS.map((name) => `${name}, CPU µs`),
    'CPU: ours / SDK',
  ]
  return `${CONCURRENCY} calls at once on ${KEYS} keys; medians of ${rounds} rounds of ${forMs} ms in turns, ratios within a round. "${RAW}" is bare undici
on presigned URLs that were signed before, "${OURS}" is \`createS3ObjectStore\`, "${SDK}" is \`S3Client.send\`. The server is in a process of its own,
so on few cores a client's rate is bounded by the server, too: "fixed answers" is a \`node:http\` server that answers with
the same bytes whatever is asked. CPU is that of the client's process.

${table(head, rows)}`
}

const column = (rounds, field) => rounds.map((round) => round[field])
const ratio = (one, other, field) => number(ratioOf(column(one, field), column(other, field)), 2)

await runBench({ title: 'Objects: GET and PUT', measure, describe, claims: claimsOfObjects })
