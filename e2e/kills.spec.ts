import { setTimeout as sleep } from 'node:timers/promises'
import { Random } from '../packages/s3-cache-handler/test/simulation/random.ts'
import { buildApp } from './lib/build-app.ts'
import { BUILDS } from './lib/builds.ts'
import { isExternal } from './lib/credentials.ts'
import { ROUND_TRIP_MS } from './lib/expect-follows.ts'
import { DEFAULT_TAG_REFRESH_MS } from './lib/fleet.ts'
import { History } from './lib/history.ts'
import { Judge } from './lib/judge.ts'
import { MixedLoad } from './lib/mixed-load.ts'
import { INVALIDATIONS_SHOWN } from './lib/shown-invalidations.ts'
import type { Origin } from './lib/origin.ts'
import type { S3Process } from './lib/s3-process.ts'
import type { Instance, Stage } from './lib/stage.ts'
import { reportNumbers } from './lib/report-numbers.ts'
import { expect, test } from './lib/test.ts'

test.skip(isExternal, 'kills the S3 server')

/** `pnpm test:full` makes fifty. */
const ROUNDS = Number(process.env['E2E_KILL_ROUNDS'] ?? 3)
const VICTIMS = ['s3', 'A', 'B'] as const
const LONGEST_PAUSE_OF_BREAKER_MS = 5000
const BOUND_MS = DEFAULT_TAG_REFRESH_MS + ROUND_TRIP_MS
/** In a round that is to cut a write off. */
const MOST_KILLS = 10

test.describe.configure({ timeout: 120_000 + ROUNDS * 30_000 })

test('kill -9 of an instance or of the store at any moment tears no entry and loses no acknowledged invalidation', async ({
  stage,
}) => {
  const seed = Date.now() % 2 ** 31
  const random = new Random(seed)
  const fleet = await startFleet(stage)
  const { s3, alive, reader, judge, history, failures } = fleet
  const judgeOfBucket = judge.another()
  let kills = 0
  let insidePuts = 0
  for (let round = 0; round < ROUNDS; round++) {
    const startedAt = performance.now()
    const load = startLoad(fleet, `round-${round}`, random.int(0, 2 ** 31))
    const underWay = new Set<string>()
    const onKill = (): void => {
      kills++
      for (const path of load.newest) underWay.add(path)
    }
    await sleep(random.int(300, 2000))
    const victim = VICTIMS[round % VICTIMS.length] ?? 's3'
    if (victim === 's3') {
      // Half of the rounds: the others kill at any moment.
      await killStore(s3, { insidePut: round % (2 * VICTIMS.length) === 0, onKill })
      if (s3.writing() > 0) insidePuts++
      await sleep(random.int(0, 3000))
      await s3.start()
    } else {
      const instance = alive.get(victim)
      alive.delete(victim)
      onKill()
      await instance?.stop('SIGKILL')
      alive.set(victim, await fleet.start(victim))
    }
    // Under load: without requests nobody would try the store again.
    await sleep(LONGEST_PAUSE_OF_BREAKER_MS + 1000)
    await load.stop()
    await sleep(BOUND_MS)
    const settledAt = performance.now()
    for (const instance of alive.values()) await load.readAll(instance)
    for (const path of underWay) judgeOfBucket.add({ ...(await reader.visit(path)), path })
    const where = `round ${round}, ${victim} (seed ${seed})`
    // While the store is down nobody can know what others have invalidated; afterwards everybody does.
    expectNothingLost(history, { since: settledAt, boundMs: 0 }, where)
    // The death of an instance keeps nobody from knowing.
    if (victim !== 's3') expectNothingLost(history, { since: startedAt, boundMs: BOUND_MS }, where)
  }
  expect(failures).toEqual([])
  judge.expectRight()
  judgeOfBucket.expectRight()
  const numbers = {
    rounds: ROUNDS,
    kills,
    insidePuts,
    answers: judge.answers,
    invalidations: history.invalidations.length,
    acknowledged: history.acknowledged.length,
    readBack: judgeOfBucket.answers,
    readBackHits: judgeOfBucket.hits,
    seed,
  }
  console.log(JSON.stringify(numbers))
  reportNumbers(numbers)
  expect(history.acknowledged.length).toBeGreaterThan(3 * ROUNDS)
  expect(judge.hits).toBeGreaterThan(judge.answers / 3)
  expect(insidePuts).toBeGreaterThan(0)
  expect(judgeOfBucket.hits).toBeGreaterThan(0)
})

interface Fleet {
  readonly s3: S3Process
  readonly origin: Origin
  /** Those that take load and may be killed, by name. */
  readonly alive: Map<string, Instance>
  /** Is never killed, takes no load and has no memory: it answers what the bucket holds. */
  readonly reader: Instance
  readonly judge: Judge
  readonly history: History
  readonly failures: string[]
  start(name: string): Promise<Instance>
}

async function startFleet(stage: Stage): Promise<Fleet> {
  const [build, s3, origin] = await Promise.all([buildApp(BUILDS.isr), stage.s3Process(), stage.origin()])
  const env = { ...s3.env, ...INVALIDATIONS_SHOWN, ORIGIN_URL: origin.url }
  const start = (name: string): Promise<Instance> => stage.instance({ name, build, env })
  const alive = new Map<string, Instance>()
  for (const name of ['A', 'B']) alive.set(name, await start(name))
  const reader = await stage.instance({ name: 'C', build, env: { ...env, CACHE_MEMORY_MAX_BYTES: '0' } })
  const judge = new Judge()
  for (const path of ['/tagged/first', '/forever/first']) {
    for (const instance of [...alive.values(), reader]) judge.learn({ ...(await instance.visit(path)), path })
  }
  return { s3, origin, alive, reader, judge, history: new History(), failures: [], start }
}

const startLoad = ({ origin, alive, judge, history, failures }: Fleet, name: string, seed: number): MixedLoad =>
  new MixedLoad({
    instances: () => [...alive.values()],
    origin,
    history,
    seed,
    name,
    onAnswer: (answer) => judge.add(answer),
    onFailure: (instance, error) => {
      // One that was killed answers nothing; whoever lives always does.
      if (alive.get(instance.name) === instance) failures.push(`${instance.name}: ${String(error)}`)
    },
  })

interface StoreKill {
  /** Again and again until a write was cut off; else once, at whatever moment it is. */
  readonly insidePut: boolean
  readonly onKill: () => void
}

async function killStore(s3: S3Process, { insidePut, onKill }: StoreKill): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    if (insidePut) await nextWrite(s3)
    onKill()
    await s3.kill()
    if (!insidePut || s3.writing() > 0 || attempt === MOST_KILLS) return
    await s3.start()
  }
}

/** Resolves at a moment at which the store writes an object, or when none comes. */
async function nextWrite(s3: S3Process): Promise<void> {
  const until = performance.now() + LONGEST_PAUSE_OF_BREAKER_MS + 1000
  while (s3.writing() === 0 && performance.now() < until) await new Promise((resolve) => setImmediate(resolve))
}

interface Since {
  /** Which reads are looked at: those that began later, by `performance.now()`. */
  readonly since: number
  readonly boundMs: number
}

function expectNothingLost(history: History, { since, boundMs }: Since, where: string): void {
  const lost = history.violations(boundMs).filter(({ read }) => read.startedAt >= since)
  expect(lost.slice(0, 3), where).toEqual([])
}
