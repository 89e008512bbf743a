// Asks for pages again and again, in a process of its own: what it costs is not the server's. Forked by load-process.mjs.
// Of our own because it looks into each answer: a handler that answers fast with a page that is rendered anew is not fast.
import { Pool } from 'undici'
import { answerCalls } from './called-process.mjs'
import { quantile } from './measure.mjs'

answerCalls({ run })

async function run({ url, paths, headers, connections, forMs }) {
  const pool = new Pool(url, { connections, pipelining: 1 })
  const answers = { bytes: 0, byCache: {}, latencies: [] }
  const startedAt = performance.now()
  let asked = 0
  const worker = async () => {
    while (performance.now() - startedAt < forMs)
      await ask(pool, { path: paths[asked++ % paths.length], headers }, answers)
  }
  try {
    await Promise.all(Array.from({ length: connections }, worker))
    return summary(answers, performance.now() - startedAt)
  } finally {
    await pool.close()
  }
}

async function ask(pool, { path, headers: sent }, answers) {
  const startedAt = performance.now()
  const { statusCode, headers, body } = await pool.request({ path, method: 'GET', headers: sent })
  const bytes = await drain(body)
  if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}`)
  answers.latencies.push(performance.now() - startedAt)
  answers.bytes += bytes
  const cache = headers['x-nextjs-cache'] ?? 'none'
  answers.byCache[cache] = (answers.byCache[cache] ?? 0) + 1
}

async function drain(body) {
  let bytes = 0
  for await (const chunk of body) bytes += chunk.length
  return bytes
}

function summary({ bytes, byCache, latencies }, elapsedMs) {
  return {
    requests: latencies.length,
    perSecond: (latencies.length / elapsedMs) * 1000,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    bytes: bytes / latencies.length,
    byCache,
  }
}
