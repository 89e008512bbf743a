import { startNextInstance } from '../../scripts/lib/next-instance.mjs'
import { BUILT_IN, CONSTANT, MAP, openBackend, OURS } from './contestants.mjs'
import { number } from './format.mjs'
import { median } from './measure.mjs'
import { table } from './results.mjs'
import { inTurns, ratioOf } from './throughput.mjs'

/** By what handlers/in-turns.mjs calls them. */
const HANDLERS = { [BUILT_IN]: 'built-in', [MAP]: 'map', [CONSTANT]: 'constant', [OURS]: 'ours' }
const NAMES = Object.keys(HANDLERS)

/**
 * How fast one process answers hits from each handler in turns: by contestant, the rounds of all starts.
 * @param {{
 *   dir: string,
 *   env: Record<string, string>,
 *   run: (server: { url: string, pid: number }, paths: readonly string[], ms: number, headers: Record<string, string>) =>
 *     Promise<{ requests: number, perSecond: number, cpuMs: number, byCache: Record<string, number> }>,
 *   path: string,
 *   starts: number,
 *   rounds: number,
 *   forMs: number,
 *   warmMs: number,
 * }} options `warmMs` for each handler of each start.
 */
export async function measureHits({ starts, ...options }) {
  const all = []
  for (let start = 0; start < starts; start++) all.push(await measureStart(options))
  const { rounds, forMs } = options
  const loads = Object.fromEntries(NAMES.map((name) => [name, all.flatMap((start) => start[name])]))
  return { starts, rounds, forMs, loads }
}

async function measureStart({ dir, env, run, path, rounds, forMs, warmMs }) {
  const backend = await openBackend({ name: 'in turns', handler: 'in-turns.mjs', backend: 's3' }, dir)
  try {
    const next = await startNextInstance({ name: 'in turns', appDir: dir, env: { ...env, ...backend.env } })
    try {
      const hit = async (name, ms) => {
        const headers = { 'x-bench-handler': HANDLERS[name] }
        // The first request after a pause waits for a look at the tag log; under a steady load none does.
        await (await fetch(next.url + path, { headers })).arrayBuffer()
        return await run(next, [path], ms, headers)
      }
      for (const name of NAMES) await hit(name, warmMs)
      const measured = await inTurns(NAMES, rounds, (name) => hit(name, forMs))
      return Object.fromEntries(NAMES.map((name, index) => [name, measured[index]]))
    } finally {
      await next.stop()
    }
  } finally {
    await backend.close()
  }
}

/** @param {Awaited<ReturnType<typeof measureHits>>} results */
export function describeHits({ starts, rounds, forMs, loads }) {
  const rates = (name) => loads[name].map(({ perSecond }) => perSecond)
  const rows = NAMES.map((name) => [
    name,
    number(median(rates(name))),
    number(median(loads[name].map(({ cpuMs }) => cpuMs)), 2),
    ...[BUILT_IN, MAP, CONSTANT].map((other) => number(ratioOf(rates(name), rates(other)), 3)),
    number(loads[name].reduce((sum, { byCache, requests }) => sum + requests - (byCache.HIT ?? 0), 0)),
  ])
  return `What a hit on the warm ISR page costs by handler: one process answers from each of them in turns, ${forMs / 1000} s a round, as
processes of one and the same handler differ by up to a tenth. Medians of ${rounds} rounds in each of ${starts} starts.

${table(['', 'requests/s', 'CPU, ms', '/ built-in', '/ Map', '/ constant', 'not a HIT'], rows)}`
}
