// What Next serves with which handler: `node --expose-gc benches/pages.mjs [--write]`, after `pnpm build`.
// Needs `redis-server` on the PATH (Debian: apt-get install redis-server) and the npm registry.
import { startNextInstance } from '../scripts/lib/next-instance.mjs'
import { claimsOfPages } from './lib/asked-for.mjs'
import { startCardsOrigin } from './lib/cards-origin.mjs'
import { BUILT_IN, CONSTANT, CONTESTANTS, MAP, openBackend, OURS } from './lib/contestants.mjs'
import { number } from './lib/format.mjs'
import { describeHits, measureHits } from './lib/hits.mjs'
import { startLoad } from './lib/load-process.mjs'
import { median } from './lib/measure.mjs'
import { cpuMsOf } from './lib/process-cpu.mjs'
import { versions, withPagesProject } from './lib/pages-project.mjs'
import { table } from './lib/results.mjs'
import { runBench } from './lib/run-bench.mjs'
import { inTurns, ratioOf } from './lib/throughput.mjs'

/** By number: all of one size. */
const articlesAt = (number) => `/articles/${69 + number / 100}`
/**
 * On one page, handlers that share a read among all who wait for it make one of as many requests as there are
 * connections: so there are several, too.
 */
const PAGES = {
  'warm ISR page': [articlesAt(0)],
  'warm ISR pages, 32 in turn': Array.from({ length: 32 }, (_, number) => articlesAt(number)),
  'fetch-heavy page': ['/feed'],
}
const CONNECTIONS = 8
/**
 * What no build, no load and no earlier start has rendered. On Node 20 the first render of a process turns on async hooks,
 * which every request pays for from then on: a server that only ever read pages from its disk would look faster than it
 * stays. As large as the others: the handler that knows one constant object answers with this page whatever is asked.
 */
const unseenBy = (start) => articlesAt(99 - start)
/** So many hits may not ask the bucket for an object once. */
const HITS = 1000

async function measure({ quick }) {
  const { starts, rounds, forMs, warmMs } = quick
    ? { starts: 1, rounds: 2, forMs: 500, warmMs: 500 }
    : { starts: 5, rounds: 10, forMs: 800, warmMs: 4000 }
  // Two looks at the tag log in a round: one comes each second.
  const inOne = quick
    ? { starts: 1, rounds: 2, forMs: 500, warmMs: 500 }
    : { starts: 4, rounds: 12, forMs: 2000, warmMs }
  return await withPagesProject(async (project) => {
    const origin = await startCardsOrigin(project.env)
    const load = startLoad()
    try {
      const run = async ({ url, pid }, paths, ms, headers) => {
        const cpuBefore = cpuMsOf(pid)
        const served = await load.run({ url, paths, headers, connections: CONNECTIONS, forMs: ms })
        return { ...served, cpuMs: (cpuMsOf(pid) - cpuBefore) / served.requests }
      }
      const all = []
      for (let start = 0; start < starts; start++) {
        const env = { ...project.env, ORIGIN_URL: origin.url }
        all.push(await measureStart({ dir: project.dir, env, unseen: unseenBy(start), run, rounds, forMs, warmMs }))
      }
      const [path] = PAGES['warm ISR page']
      const hits = await measureHits({ ...project, run, path, ...inOne })
      const pages = Object.keys(PAGES).map((name) => ({
        name,
        loads: Object.fromEntries(
          CONTESTANTS.map((one) => [one.name, all.flatMap(({ loads }) => loads[name][one.name])]),
        ),
      }))
      const objectRequests = Math.max(...all.map((start) => start.objectRequests))
      return { starts, rounds, forMs, pages, hits, objectRequests }
    } finally {
      await load.stop()
      await origin.close()
    }
  })
}

/** One process a contestant: from one to the next of the same contestant speed differs by more than between contestants. */
async function measureStart({ dir, env, unseen, run, rounds, forMs, warmMs }) {
  const servers = []
  try {
    for (const contestant of CONTESTANTS) servers.push(await startServer(contestant, dir, env, unseen))
    const loads = {}
    for (const [name, paths] of Object.entries(PAGES)) {
      for (const server of servers) {
        for (const path of paths) await visit(server.url + path)
        await run(server, paths, warmMs)
      }
      const measured = await inTurns(servers, rounds, (server) => run(server, paths, forMs))
      loads[name] = Object.fromEntries(servers.map((server, index) => [server.name, measured[index]]))
      if (name !== 'fetch-heavy page') assertSameSize(loads[name])
    }
    return { loads, objectRequests: await objectRequestsOf(servers.find(({ name }) => name === OURS)) }
  } finally {
    for (const server of servers) await server.close()
  }
}

async function startServer(contestant, dir, env, unseen) {
  const backend = await openBackend(contestant, dir)
  const next = await startNextInstance({
    name: contestant.name,
    appDir: dir,
    env: { ...env, ...backend.env },
  }).catch(async (error) => {
    await backend.close()
    throw error
  })
  const close = async () => {
    await next.stop()
    await backend.close()
  }
  if ((await visit(next.url + unseen)) === 'HIT') throw new Error(`${unseen} was rendered before`)
  return { name: contestant.name, url: next.url, pid: next.pid, s3: backend.s3, close }
}

/** Who sends less is faster for that alone. */
function assertSameSize(loads) {
  const [{ bytes: expected }] = loads[BUILT_IN]
  for (const [contestant, rounds] of Object.entries(loads)) {
    for (const { bytes } of rounds) {
      if (Math.abs(bytes / expected - 1) > 0.01) {
        throw new Error(`${contestant} answers with ${bytes} bytes, not with ${expected}`)
      }
    }
  }
}

/** What Next says about its cache. */
async function visit(url) {
  const response = await fetch(url)
  await response.arrayBuffer()
  return response.headers.get('x-nextjs-cache')
}

/** How often so many hits one after the other ask the bucket for what is an entry. */
async function objectRequestsOf({ url, s3 }) {
  const [path] = PAGES['warm ISR page']
  const work = async () => {
    for (let hit = 0; hit < HITS; hit++) {
      const cache = await visit(url + path)
      if (cache !== 'HIT') throw new Error(`${path} was a ${cache}`)
    }
  }
  const counts = await s3.countsOf(work, '/entries/')
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

function describe({ starts, rounds, forMs, pages, hits, objectRequests }) {
  const compared = Object.entries(versions).map(([name, version]) => `\`${name}\` ${version}`)
  return `\`next start\` of one app, one server a handler, with ${compared.join(', ')}; ours on local-s3, those on Redis each on a
\`redis-server\` of its own, all over loopback. ${CONNECTIONS} connections from a process of its own; medians of ${starts} starts of all servers
and ${rounds} rounds of ${forMs / 1000} s in turns of each, ratios within a round. CPU is
that of the server's process, a request. "Memory off" is \`inMemoryCachingTime: 0\` and \`redisGetDeduplication: false\`.

${pages.map(section).join('\n\n')}

${describeHits(hits)}

${HITS.toLocaleString('en')} hits on the warm ISR page asked the bucket ${objectRequests} times for an entry.`
}

function section({ name, loads }) {
  const rows = Object.entries(loads).map(([contestant, rounds]) => {
    const rates = rounds.map(({ perSecond }) => perSecond)
    const ratio = (other) =>
      number(
        ratioOf(
          rates,
          loads[other].map(({ perSecond }) => perSecond),
        ),
        2,
      )
    return [
      contestant,
      number(rounds[0].bytes / 1000),
      number(median(rates)),
      number(median(rounds.map(({ p50 }) => p50)), 1),
      number(median(rounds.map(({ p99 }) => p99)), 1),
      number(median(rounds.map(({ cpuMs }) => cpuMs)), 2),
      ratio(BUILT_IN),
      ratio(MAP),
      ratio(CONSTANT),
      missesOf(rounds),
    ]
  })
  const head = [
    '',
    'KB',
    'requests/s',
    'p50, ms',
    'p99, ms',
    'CPU, ms',
    '/ built-in',
    '/ Map',
    '/ constant',
    'not a HIT',
  ]
  return `The ${name}:\n\n${table(head, rows)}`
}

/** A page that is rendered at each request is no hit in any case. */
function missesOf(rounds) {
  const count = (isCounted) =>
    rounds
      .flatMap(({ byCache }) => Object.entries(byCache))
      .filter(([name]) => isCounted(name))
      .reduce((sum, [, times]) => sum + times, 0)
  return count((name) => name !== 'none') === 0 ? '' : count((name) => name !== 'HIT')
}

await runBench({ title: "Pages: Next's throughput by handler", measure, describe, claims: claimsOfPages })
