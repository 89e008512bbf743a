import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from '@playwright/test'
import { type Answer, askAll } from './ask-all.ts'
import type { Bucket } from './bucket.ts'
import { buildApp } from './build-app.ts'
import { BUILDS } from './builds.ts'
import { DEFAULT_TAG_REFRESH_MS } from './fleet.ts'
import { Judge } from './judge.ts'
import type { Origin } from './origin.ts'
import { percentile } from './percentile.ts'
import { reportNumbers } from './report-numbers.ts'
import { hasFailed, INVALIDATIONS_SHOWN } from './shown-invalidations.ts'
import type { Instance, Stage } from './stage.ts'
import type { Trouble } from './troubles.ts'
import type { Visit } from './visit.ts'

/** Of each trouble; `pnpm test:full` makes 10,000. */
const REQUESTS = Number(process.env['E2E_FAULT_REQUESTS'] ?? 300)
/** Longest wait for one operation of the store: the handler's default. */
const TIMEOUT_MS = 2000
/** A page asks the store for itself and for its data, and before each for invalidations where the last look is too old. */
const OPERATIONS_A_PAGE = 4
/** The breaker tries again after so long at the latest. */
const LONGEST_PROBE_MS = 5000
/** What a busy machine adds: less than another wait for the store. */
const NOISE_MS = 1500
const KNOWN = ['tagged', 'forever', 'tagged-route'].flatMap((route) =>
  Array.from({ length: 8 }, (_, index) => `/${route}/known-${index}`),
)

/** Two instances, one of which has no memory to fall back on. */
export interface Pair {
  readonly bucket: Bucket
  readonly origin: Origin
  readonly withMemory: Instance
  readonly without: Instance
  /** Knows what the pages are like. */
  readonly judge: Judge
  /** How long 90 % of their answers took at most under the same load without any trouble. */
  readonly usual: Times
}

type Answers = Readonly<Record<'withMemory' | 'without', readonly Answer[]>>
type Times = Readonly<Record<keyof Answers, number>>

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
  for (const answer of await askAll(withMemory, KNOWN)) judge.learn(answer)
  // The first requests of a process pay for everything.
  await load({ withMemory, without }, 'warm-up')
  const usual = await load({ withMemory, without }, 'usual')
  return {
    bucket,
    origin,
    withMemory,
    without,
    judge,
    usual: { withMemory: timeOf(usual.withMemory), without: timeOf(usual.without) },
  }
}

/**
 * Half of the requests while all of the store's answers go wrong, from the first on, half while some do; half of them on
 * the instance without memory. Every page is answered; those that wait for the store wait no longer than it is given, and
 * then nobody does; what is invalidated meanwhile is gone; and when it is over, all is as it was.
 * @param name In the paths of new pages, which no other trouble may have asked for.
 */
export async function expectUnbroken(pair: Pair, name: string, { isOutage, begin }: Trouble): Promise<void> {
  const { bucket, origin, withMemory, usual } = pair
  const judges = { withMemory: pair.judge.another(), without: pair.judge.another() }
  const [here, elsewhere] = [`${name}-here`, `${name}-elsewhere`]
  await expectShared(pair, [`/tagged/${here}`, `/tagged/${elsewhere}`])

  const all = await begin(bucket, 1)
  const answers = await load(pair, `${name}-all`, judges)
  const counted = { here: origin.hits(`tagged/${here}`), elsewhere: origin.hits(`tagged/${elsewhere}`) }
  const from = withMemory.logs().length
  const subjects = `subject=tag-${here}&subject=tag-${elsewhere}`
  expect(await withMemory.visit(`/api/invalidate?how=hard&${subjects}`, { method: 'POST' })).toMatchObject({
    status: 204,
  })
  // At once where it was made.
  expect((await visitPage(withMemory, `/tagged/${here}`)).hits).toBeGreaterThan(counted.here)
  if (isOutage) await expect.poll(() => hasFailed(withMemory, from)).toBe(true)
  const firedOfAll = await all.end()
  const recoveredMs = await expectRecovered(pair, name, { path: `/tagged/${elsewhere}`, newerThan: counted.elsewhere })

  const some = await begin(bucket, 0.3)
  const others = await load(pair, `${name}-some`, judges)
  const fired = firedOfAll + (await some.end())
  await expectRecovered(pair, `${name}-again`)

  const longestMs = Math.round(longestOf(answers))
  reportNumbers({
    requests: judges.withMemory.answers + judges.without.answers,
    ofThemWithoutMemory: judges.without.answers,
    wrong: judges.withMemory.wrong + judges.without.wrong,
    fired,
    longestMs,
    longestOfSomeMs: Math.round(longestOf(others)),
    laterMs: Math.round(timeOf(later(answers.without))),
    usualMs: Math.round(usual.without),
    recoveredMs: Math.round(recoveredMs),
  })
  for (const judge of Object.values(judges)) judge.expectRight(judge.answers / 100)
  expect(fired).toBeGreaterThan(REQUESTS / 100)
  // Until failures have opened the breaker, an answer waits for the invalidations, and then for its entry.
  expect(longestMs, 'longest answer').toBeLessThan(2 * TIMEOUT_MS + NOISE_MS)
  // A breaker that is closed again and again lets each operation wait.
  expect(longestOf(others), 'longest answer, some going wrong').toBeLessThan(OPERATIONS_A_PAGE * TIMEOUT_MS + NOISE_MS)
  for (const each of ['withMemory', 'without'] as const) {
    expect(timeOf(later(answers[each])), `later answers, ${each}; usual: ${usual[each]}`).toBeLessThan(
      3 * usual[each] + 100,
    )
  }
}

/** Both at once, each as often, with as many new pages. */
async function load(
  { withMemory, without }: Pick<Pair, 'withMemory' | 'without'>,
  name: string,
  judges?: Readonly<Record<keyof Answers, Judge>>,
): Promise<Answers> {
  const [ofOne, ofOther] = await Promise.all([
    askAll(withMemory, somePaths(`${name}-memory`)),
    askAll(without, somePaths(`${name}-none`)),
  ])
  for (const answer of ofOne) judges?.withMemory.add(answer)
  for (const answer of ofOther) judges?.without.add(answer)
  return { withMemory: ofOne, without: ofOther }
}

/** A quarter of the requests; three of four are of pages that were rendered before. */
const somePaths = (name: string): string[] =>
  Array.from({ length: REQUESTS / 4 }, (_, index) => {
    if (index % 4 !== 3) return KNOWN[(index - Math.floor(index / 4)) % KNOWN.length] ?? ''
    return `/${index % 8 === 3 ? 'tagged' : 'forever'}/${name}-${index}`
  })

const later = (answers: readonly Answer[]): readonly Answer[] => answers.slice(answers.length / 2)

const timeOf = (answers: readonly Answer[]): number =>
  percentile(
    answers.map(({ milliseconds }) => milliseconds),
    90,
  )

const longestOf = ({ withMemory, without }: Answers): number =>
  [...withMemory, ...without].reduce((longest, { milliseconds }) => Math.max(longest, milliseconds), 0)

async function visitPage(instance: Instance, path: string): Promise<Visit> {
  const visit = await instance.visit(path)
  expect(visit.status, `${path} on ${instance.name}`).toBe(200)
  return visit
}

/** Pages that one instance renders are hits on the other. */
async function expectShared({ withMemory, without }: Pair, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await visitPage(withMemory, path)
    await expect.poll(async () => (await visitPage(without, path)).cache, { message: path }).toBe('HIT')
  }
}

/**
 * Within one interval of the breaker entries are shared again, and what was invalidated is known everywhere. Resolves with
 * how long it took, in ms.
 * @param invalidated A page that nobody has asked for since.
 */
async function expectRecovered(
  { withMemory, without }: Pair,
  name: string,
  invalidated?: { readonly path: string; readonly newerThan: number },
): Promise<number> {
  const startedAt = performance.now()
  const until = startedAt + LONGEST_PROBE_MS + DEFAULT_TAG_REFRESH_MS + NOISE_MS
  for (let attempt = 0; ; attempt++) {
    const path = `/forever/${name}-after-${attempt}`
    const { render } = await visitPage(withMemory, path)
    await sleep(100)
    const elsewhere = await visitPage(without, path)
    const isShared = elsewhere.cache === 'HIT' && elsewhere.render === render
    if (isShared && (await isNewer(without, invalidated))) return performance.now() - startedAt
    expect(performance.now(), `${path}, ${invalidated?.path}`).toBeLessThan(until)
    await sleep(250)
  }
}

async function isNewer(
  instance: Instance,
  page: { readonly path: string; readonly newerThan: number } | undefined,
): Promise<boolean> {
  return page === undefined || ((await visitPage(instance, page.path)).hits ?? 0) > page.newerThan
}
