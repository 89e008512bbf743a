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
const MEMORY_MAX_BYTES = 16 * 1024 * 1024
const MB = 1024 * 1024
/** In the second half: what the heap may wander. A short run has not levelled off by then. */
const MAX_GROWTH_MB = SECONDS >= 1800 ? 20 : 200

test.describe.configure({ timeout: 180_000 + SECONDS * 1500 })

interface Sample {
  readonly rssBytes: number
  readonly sizes: CacheSizes
}

test('memory levels off under full load with invalidations', async ({ stage }) => {
  const env = {
    ...INVALIDATIONS_SHOWN,
    NODE_OPTIONS: `${INVALIDATIONS_SHOWN['NODE_OPTIONS']} --expose-gc`,
    CACHE_MEMORY_MAX_BYTES: String(MEMORY_MAX_BYTES),
  }
  const { a, b, origin } = await startFleet(stage, { env })
  const judge = new Judge()
  for (const path of ['/tagged/first', '/forever/first']) judge.learn({ ...(await a.visit(path)), path })
  const failures: unknown[] = []
  const load = new MixedLoad({
    instances: () => [a, b],
    origin,
    history: new History(),
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
  if (PLOT !== undefined) {
    const title = `Memory of two instances, ${judge.answers} answers; slope of the second half: ${slopeA.toFixed(2)} and ${slopeB.toFixed(2)} MB a minute`
    mkdirSync(dirname(PLOT), { recursive: true })
    writeFileSync(PLOT, linePlot(lines, { title, x: 'minutes', y: 'RSS, MB' }))
  }
  reportNumbers({ seconds: SECONDS, answers: judge.answers, slopeAMbAMinute: slopeA, slopeBMbAMinute: slopeB })
  for (const slope of [slopeA, slopeB]) expect((slope * SECONDS) / 60 / 2).toBeLessThan(MAX_GROWTH_MB)
  for (const [, ...both] of samples) for (const { sizes } of both) expectBounded(sizes)
  // The control: so much was kept that the bound was met.
  const [, last] = samples.at(-1) ?? []
  expect(last?.sizes.memoryBytes).toBeGreaterThan(MEMORY_MAX_BYTES / 2)
})

async function sampleOf(instance: Instance): Promise<Sample> {
  const { body } = await instance.visit('/api/stats')
  const { caches, rssBytes } = JSON.parse(body.toString()) as { caches: readonly HandlerStats[]; rssBytes: number }
  const [cache] = caches
  if (cache === undefined) throw new Error(`${instance.name} has no cache`)
  return { rssBytes, sizes: cache.sizes }
}

function expectBounded(sizes: CacheSizes): void {
  expect(sizes.memoryBytes).toBeLessThanOrEqual(MEMORY_MAX_BYTES)
  expect(sizes.pendingBytes).toBeLessThanOrEqual(64 * MB)
  expect(sizes.presignedUrls).toBeLessThanOrEqual(20_000)
  expect(sizes.indexedEntries).toBeLessThanOrEqual(20_000)
  // A dozen tags, their data, and what compaction has not merged yet.
  expect(sizes.knownEvents).toBeLessThan(100)
  expect(sizes.logObjects).toBeLessThan(1000)
  expect(sizes.pendingInvalidations).toBeLessThan(100)
}
