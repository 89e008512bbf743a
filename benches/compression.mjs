// Which compression fits pages: `node --expose-gc benches/compression.mjs [--write]`, after `pnpm build`.
import { entryCodec } from './lib/codecs.mjs'
import { compressors } from './lib/compressors.mjs'
import { effortOf } from './lib/effort.mjs'
import { kilobytes, number } from './lib/format.mjs'
import { median } from './lib/measure.mjs'
import { renderArticles, renderExampleApp, sketchPages } from './lib/page-values.mjs'
import { table } from './lib/results.mjs'
import { runBench } from './lib/run-bench.mjs'
import { inTurns } from './lib/throughput.mjs'

const SIZES = [10, 50, 200, 2000]
const THRESHOLDS = [500, 1000, 2000, 4000, 8000]
/** How fast bytes come from S3 to an instance. */
const GIGABITS_A_SECOND = 1

async function measure({ quick }) {
  const { rounds, forMs } = quick ? { rounds: 1, forMs: 5 } : { rounds: 7, forMs: 200 }
  const articles = quick ? sketchPages(SIZES.slice(0, 2)) : await renderArticles(SIZES)
  const [example] = quick ? sketchPages([20]) : (await renderExampleApp()).filter(({ path }) => path === '/index')
  const pages = []
  for (const { path, value } of [example, ...articles]) {
    pages.push({ path, ...(await measureBody(await bodyOf(value), { rounds, forMs })) })
  }
  // What is short is data more often than pages: a part of what React reads is both.
  const short = []
  for (const bytes of THRESHOLDS) {
    const part = example.value.rscData.subarray(0, bytes)
    short.push({ path: `${bytes} bytes`, ...(await measureBody(part, { rounds, forMs })) })
  }
  return { rounds, forMs, pages, short }
}

/** What the codec would compress: an entry's bytes behind its head. */
async function bodyOf(value) {
  const bytes = await entryCodec(Infinity).encode(value)
  return bytes.subarray(32 + bytes.readUInt32LE(8))
}

async function measureBody(body, { rounds, forMs }) {
  const all = compressors()
  const compressed = []
  for (const { compress, decompress } of all) {
    const bytes = await compress(body)
    if (!(await decompress(bytes, body.length)).equals(body)) throw new Error('What was compressed does not come back')
    compressed.push(bytes)
  }
  const indexes = all.map((_, index) => index)
  const encode = await inTurns(indexes, rounds, (index) => effortOf(() => all[index].compress(body), forMs))
  const decode = await inTurns(indexes, rounds, (index) =>
    effortOf(() => all[index].decompress(compressed[index], body.length), forMs),
  )
  const results = indexes.map((index) => ({
    name: all[index].name,
    stored: compressed[index].length,
    encode: mediansOf(encode[index]),
    decode: mediansOf(decode[index]),
  }))
  return { bytes: body.length, results }
}

const mediansOf = (efforts) => ({
  ms: median(efforts.map(({ ms }) => ms)),
  cpuMs: median(efforts.map(({ cpuMs }) => cpuMs)),
})

const transferMs = (bytes) => (bytes * 8) / (GIGABITS_A_SECOND * 1e6)

/** A read from the bucket: the way here and back to what it was. */
const readMs = ({ stored, decode }) => transferMs(stored) + decode.ms

function describe({ rounds, forMs, pages, short }) {
  const head = ['', 'stored', 'ratio', 'encode, ms', 'CPU, ms', 'decode, ms', 'CPU, ms', 'transfer + decode, ms']
  return `What the handler would compress of pages that Next has rendered: HTML and the data for navigations, together. Medians of ${rounds}
rounds of ${forMs} ms in turns, one call at a time; CPU of all threads. A read from S3 takes the transfer, at ${GIGABITS_A_SECOND} Gbit/s, and the
decoding; writes are behind the response, so that their time is CPU that others lack.

${table(head, pages.flatMap(rowsOf))}

Short ones, cut from the data of a page. Compressing pays for a read where it is faster than the transfer of all bytes.

${table(head, short.flatMap(rowsOf))}`
}

function rowsOf({ path, bytes, results }) {
  const plain = [`**${path}**, as it is`, kilobytesOf(bytes), '1.00', '', '', '', '', number(transferMs(bytes), 3)]
  return [plain, ...results.map((result) => rowOf(path, bytes, result))]
}

const rowOf = (path, bytes, result) => [
  `${path}, ${result.name}`,
  kilobytesOf(result.stored),
  number(result.stored / bytes, 3),
  number(result.encode.ms, 3),
  number(result.encode.cpuMs, 3),
  number(result.decode.ms, 3),
  number(result.decode.cpuMs, 3),
  number(readMs(result), 3),
]

const kilobytesOf = (bytes) => (bytes < 10_000 ? `${number(bytes / 1000, 2)} KB` : kilobytes(bytes))

await runBench({ title: 'Compression: algorithms, levels, thresholds', measure, describe })
