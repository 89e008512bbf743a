// What it costs to turn pages into bytes and back: `node --expose-gc benches/codec.mjs [--write]`, after `pnpm build`.
import assert from 'node:assert'
import { bothMs, claimsOfCodec } from './lib/asked-for.mjs'
import { entryCodec, jsonCodec } from './lib/codecs.mjs'
import { effortOf } from './lib/effort.mjs'
import { kilobytes, number } from './lib/format.mjs'
import { median } from './lib/measure.mjs'
import { bytesOfPage, renderArticles, renderExampleApp, sketchPages } from './lib/page-values.mjs'
import { table } from './lib/results.mjs'
import { runBench } from './lib/run-bench.mjs'
import { inTurns, ratioOf } from './lib/throughput.mjs'

const SIZES = [10, 50, 200, 2000]
/** The option's default. */
const COMPRESS_MIN_BYTES = 1024
const CODECS = {
  ours: entryCodec(COMPRESS_MIN_BYTES),
  'ours, not compressed': entryCodec(Infinity),
  'JSON + base64': jsonCodec,
}
const NAMES = Object.keys(CODECS)

async function measure({ quick }) {
  const { rounds, forMs } = quick ? { rounds: 2, forMs: 5 } : { rounds: 9, forMs: 300 }
  const articles = quick ? sketchPages(SIZES) : await renderArticles(SIZES)
  const examplePages = quick ? sketchPages([5, 20]) : await renderExampleApp()
  const pages = []
  for (const [index, { value }] of articles.entries()) {
    pages.push({ size: SIZES[index], bytes: bytesOfPage(value), codecs: await effortsOf(value, { rounds, forMs }) })
  }
  const stored = {}
  for (const name of NAMES) stored[name] = await bytesOf(CODECS[name], examplePages)
  return { rounds, forMs, pages, example: { pages: examplePages.length, stored } }
}

/** By the name of the codec. */
async function effortsOf(value, { rounds, forMs }) {
  const encoded = {}
  for (const name of NAMES) {
    encoded[name] = await CODECS[name].encode(value)
    assert.deepEqual({ ...(await CODECS[name].decode(encoded[name])) }, defined(value, name))
  }
  const efforts = { encode: [], decode: [] }
  for (const direction of ['encode', 'decode']) {
    const work = (name) =>
      direction === 'encode' ? () => CODECS[name].encode(value) : () => CODECS[name].decode(encoded[name])
    for (const name of NAMES) await effortOf(work(name), forMs)
    efforts[direction] = await inTurns(NAMES, rounds, (name) => effortOf(work(name), forMs))
  }
  return Object.fromEntries(
    NAMES.map((name, index) => [
      name,
      { stored: encoded[name].length, encode: efforts.encode[index], decode: efforts.decode[index] },
    ]),
  )
}

/** JSON knows no undefined. */
function defined(value, name) {
  if (CODECS[name] !== jsonCodec) return value
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined))
}

async function bytesOf(codec, pages) {
  let bytes = 0
  for (const { value } of pages) bytes += (await codec.encode(value)).length
  return bytes
}

const medianOf = (efforts, field) => median(efforts.map((effort) => effort[field]))

function describe({ rounds, forMs, pages, example }) {
  const rows = pages.flatMap(({ size, bytes, codecs }) =>
    NAMES.map((name) => {
      const { stored, encode, decode } = codecs[name]
      const json = codecs['JSON + base64']
      return [
        `${kilobytes(size * 1000)} page (${kilobytes(bytes)} in all), ${name}`,
        kilobytes(stored),
        number(stored / json.stored, 2),
        number(medianOf(encode, 'ms'), 2),
        number(medianOf(decode, 'ms'), 2),
        number(ratioOf(bothMs(codecs[name]), bothMs(json)), 2),
        `${number(medianOf(encode, 'busyMs'), 2)} + ${number(medianOf(decode, 'busyMs'), 2)}`,
        `${number(medianOf(encode, 'cpuMs'), 2)} + ${number(medianOf(decode, 'cpuMs'), 2)}`,
      ]
    }),
  )
  const head = ['', 'stored', '/ JSON', 'encode, ms', 'decode, ms', 'both / JSON', 'event loop, ms', 'CPU, ms']
  const { stored } = example
  const ratio = number(stored.ours / stored['JSON + base64'], 2)
  return `Pages that Next has rendered, of prose in cards (a chain of words over this repository's documentation), by the size of their
HTML; with the data for navigations they are larger. Medians of ${rounds} rounds of ${forMs} ms in turns, one call at a time;
ratios within a round. "Event loop" is how long a call keeps everything else waiting, "CPU" that of all threads.

${table(head, rows)}

The example app's ${example.pages} pages: ${kilobytes(stored.ours)} stored, ${ratio} times the ${kilobytes(stored['JSON + base64'])} of JSON + base64.`
}

await runBench({ title: 'Codec: pages to bytes and back', measure, describe, claims: claimsOfCodec })
