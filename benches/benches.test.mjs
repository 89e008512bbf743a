import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const run = promisify(execFile)

/**
 * The numbers of a bench in the smallest rounds that it has; what they say about time is worth nothing, so that a claim
 * may be missed, but is measured.
 */
async function numbersOf(name) {
  const bench = fileURLToPath(new URL(`${name}.mjs`, import.meta.url))
  const { stdout } = await run(process.execPath, ['--expose-gc', bench, '--quick', '--json'], { maxBuffer: 2 ** 26 })
  const { results, claims } = JSON.parse(stdout)
  // JSON has null for what is no number.
  expect(claims.filter(({ value }) => typeof value !== 'number')).toEqual([])
  return results
}

describe('the benches', { timeout: 120_000 }, () => {
  it('compare three ways to each object, on both servers', async () => {
    const { results } = await numbersOf('objects')
    expect(results.map(({ server, operation, bytes }) => `${operation} ${bytes} ${server}`)).toEqual(
      ['fixed answers', 'local-s3'].flatMap((server) =>
        [10_000, 100_000].flatMap((bytes) => ['get', 'put'].map((operation) => `${operation} ${bytes} ${server}`)),
      ),
    )
    for (const { raw, ours, SDK } of results) expect([raw.length, ours.length, SDK.length]).toEqual([2, 2, 2])
  })

  it('store pages in fewer bytes than JSON with base64 in it', async () => {
    const { pages } = await numbersOf('codec')
    expect(pages.map(({ size }) => size)).toEqual([10, 50, 200, 2000])
    for (const { codecs } of pages) expect(codecs.ours.stored).toBeLessThan(codecs['JSON + base64'].stored)
  })

  it('bring every page back from each compression', async () => {
    const { pages, short } = await numbersOf('compression')
    expect(short.map(({ path }) => path)).toEqual([500, 1000, 2000, 4000, 8000].map((bytes) => `${bytes} bytes`))
    for (const { bytes, results } of pages) {
      expect(results.length).toBeGreaterThanOrEqual(8)
      for (const { stored } of results) expect(stored).toBeLessThan(bytes)
    }
  })

  it('count what a fleet asks the bucket for', async () => {
    const { results } = await numbersOf('cost')
    const [warm, isr, invalidated] = results
    for (const { views, forMs } of results) expect(views).toBe(forMs / 10)
    expect(warm.renders).toBe(0)
    expect(isr.requests.PutObject).toBeGreaterThanOrEqual(isr.renders)
    expect(invalidated.invalidations).toBeGreaterThan(0)
    // An invalidation is an object of the log and a ring of the bell.
    expect(invalidated.requests.PutObject).toBeGreaterThanOrEqual(2 * invalidated.invalidations)
  })

  it('give a loader its data from each cache', async () => {
    const { results, entryRequests } = await numbersOf('loader')
    const rounds = results.flatMap(({ warm, cold }) => [...Object.values(warm), ...Object.values(cold)])
    expect(rounds.map(({ length }) => length)).toEqual(Array(16).fill(2))
    for (const count of Object.values(entryRequests)) expect(count).toBeGreaterThanOrEqual(0)
    expect(Object.keys(entryRequests)).toHaveLength(2)
  })

  it('read what no longer fits into memory from the bucket', async () => {
    const { count, levels, storedBytes } = await numbersOf('memory')
    const sum = (operation) => levels.reduce((total, { requests = {} }) => total + (requests[operation] ?? 0), 0)
    expect([sum('PutObject'), sum('GetObject')]).toEqual([count, count])
    // Of 1 MB, half of which no compression makes fewer.
    expect(storedBytes).toBeGreaterThan(550_000)
  })

  it('need as many requests for many tags as for few', async () => {
    const [few, , , many] = await numbersOf('tag-log')
    expect(many.tags).toBe(100 * few.tags)
    expect(many.changed.requests).toBe(few.changed.requests)
  })

  it('tell every instance of every invalidation', async () => {
    const { acknowledgedMs, delaysMs, events, lost, startsMs } = await numbersOf('tag-log-load')
    // However long one takes: ten instances, three seconds, one a second each.
    expect(acknowledgedMs).toHaveLength(30)
    expect(lost).toBe(0)
    expect(delaysMs).toHaveLength(9 * acknowledgedMs.length)
    expect(events.announced).toBeGreaterThan(0)
    expect(startsMs.length).toBeGreaterThan(0)
  })
})
