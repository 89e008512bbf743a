import { BUILT_IN, CONSTANT, MAP, OURS, REDIS } from './contestants.mjs'
import { median } from './measure.mjs'
import { ratioOf } from './throughput.mjs'

// What is asked for of the speed and of the bounds of the package: claims on the results of the benches.
/** @typedef {import('./claims.mjs').Claim} Claim */

const MIB = 2 ** 20
/** By how much memory may differ from one collection to another. */
const LEVEL_MIB = 50

const column = (rounds, field) => rounds.map((round) => round[field])
const ratio = (one, other, field) => ratioOf(column(one, field), column(other, field))

/** @returns {Claim[]} */
export function claimsOfPages({ pages, hits, objectRequests }) {
  const { name, loads } = pages.find(({ name }) => name === 'warm ISR page')
  const to = (other) => ratio(hits.loads[OURS], hits.loads[other], 'perSecond')
  const medianOf = (contestant) => median(column(loads[contestant], 'perSecond'))
  return [
    { claim: `${name}, in one process: ours / ${MAP}`, value: to(MAP), atLeast: 0.97 },
    {
      // Where a handler that does nothing is as far behind, the gap is not ours.
      claim: `${name}, in one process: ours / ${BUILT_IN} (${to(BUILT_IN).toFixed(3)}) or / ${CONSTANT} (${to(CONSTANT).toFixed(3)}), the better`,
      value: Math.max(to(BUILT_IN), to(CONSTANT)),
      atLeast: 0.95,
    },
    ...REDIS.map((peer) => ({
      claim: `${name}: median of ours / of ${peer}`,
      value: medianOf(OURS) / medianOf(peer),
      atLeast: 1,
    })),
    { claim: 'requests for entries in 1,000 hits', value: objectRequests, atMost: 0 },
  ]
}

/** @returns {Claim[]} */
export function claimsOfObjects({ results }) {
  return results
    .filter(({ operation }) => operation === 'get')
    .flatMap(({ server, bytes, raw, ours, SDK }) => {
      const name = `GET ${bytes / 1000} KB, ${server}`
      return [
        { claim: `${name}: ours / SDK`, value: ratio(ours, SDK, 'perSecond'), atLeast: 3 },
        { claim: `${name}: ours / raw`, value: ratio(ours, raw, 'perSecond'), atLeast: 0.7 },
        { claim: `${name}: CPU of ours / of the SDK`, value: ratio(ours, SDK, 'cpuUs'), atMost: 0.35 },
      ]
    })
}

/** How long each round took to encode and to decode. */
export const bothMs = ({ encode, decode }) => encode.map(({ ms }, round) => ms + decode[round].ms)

/** @returns {Claim[]} */
export function claimsOfCodec({ pages, example: { stored } }) {
  const { codecs } = pages.find(({ size }) => size === 200)
  const [ours, json] = [codecs.ours, codecs['JSON + base64']]
  return [
    {
      claim: "the example app's pages, stored: ours / JSON + base64",
      value: stored.ours / stored['JSON + base64'],
      atMost: 0.3,
    },
    {
      claim: '200 KB page, encode + decode: ours / JSON + base64',
      value: ratioOf(bothMs(ours), bothMs(json)),
      atMost: 1,
    },
  ]
}

/** @returns {Claim[]} */
export function claimsOfLoader({ entryRequests }) {
  // Once a second for each of 100 keys.
  return Object.entries(entryRequests).map(([name, value]) => ({
    claim: `requests for entries in 1,000 warm calls, ${name}`,
    value,
    atMost: 100,
  }))
}

/** @returns {Claim[]} */
export function claimsOfMemory({ levels }) {
  return ['written', 'read'].map((phase) => {
    const own = levels.filter((level) => level.phase === phase)
    return {
      claim: `RSS after the last step that was ${phase} - after the first, MiB`,
      value: (own[own.length - 1].rss - own[0].rss) / MIB,
      atMost: LEVEL_MIB,
    }
  })
}

/** @returns {Claim[]} */
export function claimsOfTagLogLoad({ invalidationsPerSecond, lost }) {
  return [
    { claim: 'acknowledged invalidations a second', value: invalidationsPerSecond, atLeast: 9.5 },
    { claim: 'announcements that an instance has not learnt of', value: lost, atMost: 0 },
  ]
}
