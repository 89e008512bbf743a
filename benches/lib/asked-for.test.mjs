import { expect, it } from 'vitest'
import {
  claimsOfCodec,
  claimsOfLoader,
  claimsOfMemory,
  claimsOfObjects,
  claimsOfPages,
  claimsOfTagLogLoad,
} from './asked-for.mjs'
import { isMet } from './claims.mjs'
import { BUILT_IN, CONSTANT, MAP, OURS, REDIS } from './contestants.mjs'

const missed = (claims) => claims.filter((claim) => !isMet(claim)).map(({ claim }) => claim)
const rates = (...perSecond) => perSecond.map((rate) => ({ perSecond: rate }))

/** Rates of three rounds, of which the middle ones are given. */
function pagesWith(middle, objectRequests = 0) {
  const all = { [BUILT_IN]: 1000, [MAP]: 1000, [CONSTANT]: 1000, [OURS]: 1000, ...REDIS_SLOWER, ...middle }
  const loads = Object.fromEntries(Object.entries(all).map(([name, rate]) => [name, rates(rate - 1, rate, rate + 1)]))
  return {
    pages: [
      { name: 'fetch-heavy page', loads: {} },
      { name: 'warm ISR page', loads },
    ],
    hits: { loads },
    objectRequests,
  }
}
const REDIS_SLOWER = Object.fromEntries(REDIS.map((name) => [name, 500]))

it('asks a warm page to be as fast as from a Map, within 3 %', () => {
  expect(missed(claimsOfPages(pagesWith({})))).toEqual([])
  expect(missed(claimsOfPages(pagesWith({ [MAP]: 1020 })))).toEqual([])
  expect(missed(claimsOfPages(pagesWith({ [MAP]: 1040 })))).toEqual([expect.stringContaining(MAP)])
})

it("asks it to be as fast as Next's own handler, or as one that does nothing", () => {
  expect(missed(claimsOfPages(pagesWith({ [BUILT_IN]: 1300 })))).toEqual([])
  expect(missed(claimsOfPages(pagesWith({ [CONSTANT]: 1300 })))).toEqual([])
  const both = claimsOfPages(pagesWith({ [BUILT_IN]: 1250, [CONSTANT]: 2000 }))
  expect(missed(both)).toEqual([expect.stringMatching(/built-in \(0\.800\) or .*constant object \(0\.500\)/)])
})

it('asks it to be faster than each setting of each peer on Redis', () => {
  for (const peer of REDIS) {
    expect(missed(claimsOfPages(pagesWith({ [peer]: 1001 })))).toEqual([expect.stringContaining(peer)])
  }
  expect(REDIS.length).toBeGreaterThanOrEqual(2)
})

it('asks hits for no request', () => {
  expect(missed(claimsOfPages(pagesWith({}, 1)))).toEqual([expect.stringContaining('1,000 hits')])
})

it('asks a GET to be three times as fast as the SDK, at a third of its CPU, and near to plain HTTP', () => {
  expect(missedObjects({})).toEqual([])
  expect(missedObjects({ perSecond: 699 })).toEqual(['GET 10 KB, local-s3: ours / raw'])
  expect(missedObjects({ cpuUs: 351 })).toEqual(['GET 10 KB, local-s3: CPU of ours / of the SDK'])
  expect(missedObjects({ perSecond: 299 })).toContain('GET 10 KB, local-s3: ours / SDK')
})

it('asks nothing of a PUT', () => {
  expect(missedObjects({ perSecond: 1, cpuUs: 9999 }, 'put')).toEqual([])
})

function missedObjects(ours, operation = 'get') {
  const result = {
    server: 'local-s3',
    bytes: 10_000,
    operation,
    raw: [{ perSecond: 1000, cpuUs: 100 }],
    ours: [{ perSecond: 900, cpuUs: 120, ...ours }],
    SDK: [{ perSecond: 100, cpuUs: 1000 }],
  }
  return missed(claimsOfObjects({ results: [result] }))
}

it('asks the codec for fewer bytes than JSON, and for no more time', () => {
  expect(missedCodec({})).toEqual([])
  expect(missedCodec({ stored: 31 })).toEqual([expect.stringContaining('stored')])
  expect(missedCodec({ ms: 5 })).toEqual([expect.stringContaining('200 KB')])
})

function missedCodec({ stored = 20, ms = 4 }) {
  const codecs = {
    ours: { encode: [{ ms }], decode: [{ ms }] },
    'JSON + base64': { encode: [{ ms: 4 }], decode: [{ ms: 5 }] },
  }
  const pages = [
    { size: 10, codecs: {} },
    { size: 200, codecs },
  ]
  return missed(claimsOfCodec({ pages, example: { stored: { ours: stored, 'JSON + base64': 100 } } }))
}

it('asks memory to level off, while entries are written and while they are read', () => {
  const levels = [levelsOf('nothing', 40), levelsOf('written', 200, 300, 249), levelsOf('read', 300, 351)].flat()
  expect(missed(claimsOfMemory({ levels }))).toEqual([expect.stringContaining('read')])
})

const levelsOf = (phase, ...mebibytes) => mebibytes.map((level) => ({ phase, rss: level * 2 ** 20 }))

it('asks the tag log to keep pace, and to lose nothing', () => {
  expect(missed(claimsOfTagLogLoad({ invalidationsPerSecond: 9.8, lost: 0 }))).toEqual([])
  expect(missed(claimsOfTagLogLoad({ invalidationsPerSecond: 9.4, lost: 1 }))).toHaveLength(2)
})

it('asks a warm loader for one request a key and second', () => {
  expect(missed(claimsOfLoader({ entryRequests: { one: 100, other: 100 } }))).toEqual([])
  expect(missed(claimsOfLoader({ entryRequests: { one: 100, other: 101 } }))).toHaveLength(1)
})
