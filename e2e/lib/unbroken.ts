import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from '@playwright/test'
import type { FaultRule } from 'local-s3'
import { type Answer, askAll } from './ask-all.ts'
import type { Bucket } from './bucket.ts'
import { buildApp } from './build-app.ts'
import { BUILDS } from './builds.ts'
import { isNewer } from './expect-follows.ts'
import { Judge } from './judge.ts'
import { median } from './percentile.ts'
import { reportNumbers } from './report-numbers.ts'
import { hasFailed, INVALIDATIONS_SHOWN } from './shown-invalidations.ts'
import type { Instance, Stage } from './stage.ts'
import type { Visit } from './visit.ts'

/** Of each trouble; `pnpm test:full` makes 10,000. */
const REQUESTS = Number(process.env['E2E_FAULT_REQUESTS'] ?? 300)
/** Longest wait for one operation of the store: the handler's default. */
const TIMEOUT_MS = 2000
/** The breaker tries again after so long at the latest. */
const LONGEST_PROBE_MS = 5000
/** Within so long an instance has looked what was invalidated. */
const SEEN_MS = 1200
/** What a busy machine adds. */
const NOISE_MS = 2500
const KNOWN = ['tagged', 'forever', 'tagged-route'].flatMap((route) =>
  Array.from({ length: 8 }, (_, index) => `/${route}/known-${index}`),
)
const INVALIDATED = '/tagged/known-0'

/** What goes wrong, and how it is seen to have. */
export interface Trouble {
  /** Whether nothing can be stored meanwhile, so that an invalidation must be reported. */
  readonly isOutage: boolean
  /** @param probability That a request meets it. */
  readonly begin: (bucket: Bucket, probability: number) => { readonly fired: () => number; readonly end: () => void }
}

/** Two instances, one of which has no memory to fall back on, and what they answered before there was any trouble. */
export interface Pair {
  readonly bucket: Bucket
  readonly withMemory: Instance
  readonly without: Instance
  readonly judge: Judge
  /** The median of their answers. */
  readonly usualMs: number
}

export async function startPair(
  stage: Stage,
  bucket: Bucket,
  own: Readonly<Record<string, string>> = {},
): Promise<Pair> {
  const [build, origin] = await Promise.all([buildApp(BUILDS.isr), stage.origin()])
  const env = { ...bucket.env, ...INVALIDATIONS_SHOWN, ORIGIN_URL: origin.url, ...own }
  const [withMemory, without] = await Promise.all([
    stage.instance({ name: 'with-memory', build, env }),
    stage.instance({ name: 'without', build, env: { ...env, CACHE_MEMORY_MAX_BYTES: '0' } }),
  ])
  const judge = new Judge()
  for (const answer of await askAll([withMemory], KNOWN)) judge.learn(answer)
  // Pages are hits on the other, too, once they are stored.
  await expect.poll(async () => (await without.visit('/forever/known-7')).cache).toBe('HIT')
  const usual = await askAll([withMemory, without], [...KNOWN, ...KNOWN])
  for (const answer of usual) judge.add(answer)
  judge.expectRight()
  return { bucket, withMemory, without, judge, usualMs: median(usual.map(({ milliseconds }) => milliseconds)) }
}

/**
 * Half of the requests while some of the store's answers go wrong, half while all do; half of them on the instance without
 * memory. Every page is answered; those that wait for the store wait no longer than it is given, and then nobody does; and
 * when it is over, all is as it was.
 * @param name In the paths of new pages, which no other trouble may have asked for.
 */
export async function expectUnbroken(pair: Pair, name: string, { isOutage, begin }: Trouble): Promise<void> {
  const { bucket, withMemory, without, judge, usualMs } = pair
  const both = [withMemory, without]

  const some = begin(bucket, 0.3)
  for (const answer of await askAll(both, somePaths(`${name}-some`))) judge.add(answer)
  some.end()

  const all = begin(bucket, 1)
  const old = await withMemory.visit(INVALIDATED)
  const from = withMemory.logs().length
  const answers = await askAll(both, somePaths(`${name}-all`))
  for (const answer of answers) judge.add(answer)
  judge.expectRight()
  expectInTime(answers, usualMs)
  // At once where it was made.
  await withMemory.visit('/api/invalidate?how=hard&subject=tag-known-0', { method: 'POST' })
  expect(isNewer(await withMemory.visit(INVALIDATED), old)).toBe(true)
  if (isOutage) await expect.poll(() => hasFailed(withMemory, from)).toBe(true)
  all.end()

  await expectRecovered(pair, name, old)
  const fired = some.fired() + all.fired()
  reportNumbers({ requests: REQUESTS, fired, longestMs: Math.round(longestOf(answers)) })
  expect(fired).toBeGreaterThan(REQUESTS / 100)
}

const longestOf = (answers: readonly Answer[]): number =>
  answers.reduce((longest, { milliseconds }) => Math.max(longest, milliseconds), 0)

/** Three of four are of pages that were rendered before. */
const somePaths = (name: string): string[] =>
  Array.from({ length: REQUESTS / 2 }, (_, index) => {
    if (index % 4 !== 3) return KNOWN[(index * 7) % KNOWN.length] ?? ''
    return `/${index % 8 === 3 ? 'tagged' : 'forever'}/${name}-${index}`
  })

function expectInTime(answers: readonly Answer[], usualMs: number): void {
  const times = answers.map(({ milliseconds }) => milliseconds)
  expect(longestOf(answers), 'longest answer, in ms').toBeLessThan(TIMEOUT_MS + NOISE_MS)
  const later = median(times.slice(times.length / 2))
  expect(later, `median of later answers, in ms; usual: ${usualMs}`).toBeLessThan(3 * usualMs + 50)
}

/** Within one interval of the breaker entries are shared again, and what was invalidated is known everywhere. */
async function expectRecovered({ withMemory, without }: Pair, name: string, old: Visit): Promise<void> {
  const until = performance.now() + LONGEST_PROBE_MS + SEEN_MS + NOISE_MS
  for (let attempt = 0; ; attempt++) {
    const path = `/forever/${name}-after-${attempt}`
    const { render } = await withMemory.visit(path)
    await sleep(100)
    const elsewhere = await without.visit(path)
    const isShared = elsewhere.cache === 'HIT' && elsewhere.render === render
    if (isShared && isNewer(await without.visit(INVALIDATED), old)) return
    expect(performance.now(), `${path}, ${INVALIDATED}`).toBeLessThan(until)
    await sleep(250)
  }
}

export const faulty = (rule: Omit<FaultRule, 'probability'>, isOutage: boolean): Trouble => ({
  isOutage,
  begin({ faults }, probability) {
    const fault = faults.add({ ...rule, probability })
    return { fired: () => fault.fired, end: () => faults.remove(fault.id) }
  },
})

/** The store's clock is ahead at first, and then as far behind. */
export const wrongClock = (offMs: number): Trouble => ({
  isOutage: false,
  begin({ clock, requests }, probability) {
    const before = requests.count()
    clock.setOffset(probability < 1 ? offMs : -offMs)
    return { fired: () => requests.count() - before, end: () => clock.setOffset(0) }
  },
})
