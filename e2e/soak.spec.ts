import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CacheSizes, HandlerStats } from '../packages/s3-cache-handler/src/index.ts'
import { startFleet } from './lib/fleet.ts'
import { History } from './lib/history.ts'
import { Judge } from './lib/judge.ts'
import { type Line, linePlot, slopeOf } from './lib/line-plot.ts'
import { MixedLoad } from './lib/mixed-load.ts'
import { reportNumbers } from './lib/report-numbers.ts'
import { INVALIDATIONS_SHOWN } from './lib/shown-invalidations.ts'
import type { Instance } from './lib/stage.ts'
import { expect, test } from './lib/test.ts'

/** `pnpm test:full` makes half an hour of it, and a plot. */
const SECONDS = Number(process.env['E2E_SOAK_SECONDS'] ?? 10)
const PLOT = process.env['E2E_SOAK_PLOT']
const SAMPLES = 60
const MB = 1024 * 1024
/** A short run judges the sizes only: the memory of a process has not levelled off by then. */
const IS_LONG = SECONDS >= 1800
/** What the heap may wander, which nobody makes collect garbage. */
const MAX_GROWTH_MB = 40
/** A short run fills little. */
const MEMORY_MAX_BYTES = (IS_LONG ? 16 : 2) * MB
/** What eight readers may have under way at once. */
const AT_ONCE = 100
/** The load has a dozen tags. */
const TAGS = 100
const BOUNDS = {
  // A page is larger.
  memoryEntries: MEMORY_MAX_BYTES / 1024,
  memoryBytes: MEMORY_MAX_BYTES,
  // A store that others slow down may be behind for a while.
  pendingEntries: 1000,
  pendingBytes: 64 * MB,
  loads: AT_ONCE,
  knownEvents: TAGS,
  // What compaction has not merged yet.
  logObjects: 1000,
  pendingInvalidations: TAGS,
  indexedEntries: 20_000,
  refreshes: 5000,
  useCacheMisses: 1000,
  flights: AT_ONCE,
  presignedUrls: 20_000,
} satisfies Record<keyof CacheSizes, number>

test.describe.configure({ timeout: 180_000 + SECONDS * 1500 })

interface Sample {
  readonly rssBytes: number
  readonly sizes: CacheSizes
}

test('memory levels off under full load with invalidations', async ({ stage }) => {
  const env = { ...INVALIDATIONS_SHOWN, CACHE_MEMORY_MAX_BYTES: String(MEMORY_MAX_BYTES) }
  const { a, b, origin } = await startFleet(stage, { env })
  const judge = new Judge()
  for (const path of ['/tagged/first', '/forever/first']) judge.learn({ ...(await a.visit(path)), path })
  const history = new History()
  const failures: unknown[] = []
  const load = new MixedLoad({
    instances: () => [a, b],
    origin,
    history,
    seed: 1,
    name: 'soak',
    onAnswer: (answer) => judge.add(answer),
    onFailure: (_instance, error) => failures.push(error),
  })

  const samples: (readonly [minutes: number, Sample, Sample])[] = []
  const startedAt = performance.now()
  while (samples.length < SAMPLES) {
    await sleep((SECONDS * 1000) / SAMPLES)
    const [ofA, ofB] = await Promise.all([sampleOf(a), sampleOf(b)])
    samples.push([(performance.now() - startedAt) / 60_000, ofA, ofB])
  }
  await load.stop()
  expect(failures).toEqual([])
  judge.expectRight()

  const lines: Line[] = [
    { name: 'A', points: samples.map(([minutes, { rssBytes }]) => [minutes, rssBytes / MB]) },
    { name: 'B', points: samples.map(([minutes, , { rssBytes }]) => [minutes, rssBytes / MB]) },
  ]
  const [slopeA = NaN, slopeB = NaN] = lines.map(({ points }) => slopeOf(points.slice(SAMPLES / 2)))
  const [growthA = NaN, growthB = NaN] = lines.map(growthOfLastThird)
  if (PLOT !== undefined) {
    const title = `Memory of two instances, ${judge.answers} answers; slope of the second half: ${slopeA.toFixed(2)} and ${slopeB.toFixed(2)} MB a minute`
    mkdirSync(dirname(PLOT), { recursive: true })
    writeFileSync(PLOT, linePlot(lines, { title, x: 'minutes', y: 'RSS, MB' }))
  }
  reportNumbers({
    seconds: SECONDS,
    answers: judge.answers,
    acknowledged: history.acknowledged.length,
    slopeAMbAMinute: slopeA,
    slopeBMbAMinute: slopeB,
    growthOfLastThirdAMb: growthA,
    growthOfLastThirdBMb: growthB,
  })
  if (IS_LONG) {
    const halfMinutes = SECONDS / 60 / 2
    for (const growthMb of [slopeA * halfMinutes, slopeB * halfMinutes, growthA, growthB]) {
      expect(growthMb).toBeLessThan(MAX_GROWTH_MB)
    }
  }
  for (const [, ...both] of samples) for (const { sizes } of both) expectBounded(sizes)
  // The control: so much was kept that the bound was met, and so much was invalidated.
  const [, last] = samples.at(-1) ?? []
  expect(last?.sizes.memoryBytes).toBeGreaterThan(MEMORY_MAX_BYTES / 2)
  expect(history.acknowledged.length).toBeGreaterThan(SECONDS / 2)
})

/** The mean of the last third above that of the middle one. */
function growthOfLastThird({ points }: Line): number {
  const third = points.length / 3
  return meanOf(points.slice(-third)) - meanOf(points.slice(-2 * third, -third))
}

const meanOf = (points: Line['points']): number => points.reduce((sum, [, y]) => sum + y, 0) / points.length

async function sampleOf(instance: Instance): Promise<Sample> {
  const { body } = await instance.visit('/api/stats')
  const { caches, rssBytes } = JSON.parse(body.toString()) as { caches: readonly HandlerStats[]; rssBytes: number }
  const [cache] = caches
  if (cache === undefined) throw new Error(`${instance.name} has no cache`)
  return { rssBytes, sizes: cache.sizes }
}

function expectBounded(sizes: CacheSizes): void {
  for (const [name, bound] of Object.entries(BOUNDS)) {
    expect(sizes[name as keyof CacheSizes], name).toBeLessThanOrEqual(bound)
  }
}
