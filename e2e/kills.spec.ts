import { setTimeout as sleep } from 'node:timers/promises'
import { Random } from '../packages/s3-cache-handler/test/simulation/random.ts'
import { buildApp } from './lib/build-app.ts'
import { BUILDS } from './lib/builds.ts'
import { isExternal } from './lib/credentials.ts'
import { DEFAULT_TAG_REFRESH_MS } from './lib/fleet.ts'
import { History } from './lib/history.ts'
import { Judge } from './lib/judge.ts'
import { MixedLoad } from './lib/mixed-load.ts'
import { INVALIDATIONS_SHOWN } from './lib/shown-invalidations.ts'
import type { S3Process } from './lib/s3-process.ts'
import type { Instance } from './lib/stage.ts'
import { reportNumbers } from './lib/report-numbers.ts'
import { expect, test } from './lib/test.ts'

test.skip(isExternal, 'kills the S3 server')

/** `pnpm test:full` makes fifty. */
const ROUNDS = Number(process.env['E2E_KILL_ROUNDS'] ?? 3)
const VICTIMS = ['s3', 'A', 'B'] as const
/** After an outage: the longest pause of the breaker, and a look at the tag log. */
const RECOVERED_MS = 5000 + DEFAULT_TAG_REFRESH_MS + 500

test.describe.configure({ timeout: 120_000 + ROUNDS * 30_000 })

test('kill -9 of an instance or of the store at any moment tears no entry and loses no acknowledged invalidation', async ({
  stage,
}) => {
  const [build, s3, origin] = await Promise.all([buildApp(BUILDS.isr), stage.s3Process(), stage.origin()])
  const env = { ...s3.env, ...INVALIDATIONS_SHOWN, ORIGIN_URL: origin.url }
  const start = (name: string): Promise<Instance> => stage.instance({ name, build, env })
  const alive = new Map<string, Instance>()
  for (const name of ['A', 'B']) alive.set(name, await start(name))
  const judge = new Judge()
  for (const path of ['/tagged/first', '/forever/first']) {
    for (const instance of alive.values()) judge.learn({ ...(await instance.visit(path)), path })
  }

  const history = new History()
  const seed = Date.now() % 2 ** 31
  const random = new Random(seed)
  const failures: string[] = []
  let insidePuts = 0
  for (let round = 0; round < ROUNDS; round++) {
    const load = new MixedLoad({
      instances: () => [...alive.values()],
      origin,
      history,
      seed: random.int(0, 2 ** 31),
      name: `round-${round}`,
      onAnswer: (answer) => judge.add(answer),
      onFailure: (instance, error) => {
        // One that was killed answers nothing; whoever lives always does.
        if (alive.get(instance.name) === instance) failures.push(`${instance.name}: ${String(error)}`)
      },
    })
    await sleep(random.int(300, 2000))
    const victim = VICTIMS[round % VICTIMS.length] ?? 's3'
    if (await isWriting(s3)) insidePuts++
    if (victim === 's3') {
      await s3.kill()
      await sleep(random.int(0, 3000))
      await s3.start()
    } else {
      const instance = alive.get(victim)
      alive.delete(victim)
      await instance?.stop('SIGKILL')
      alive.set(victim, await start(victim))
    }
    await sleep(random.int(300, 1000))
    await load.stop()

    await sleep(RECOVERED_MS)
    const settledAt = performance.now()
    for (const instance of alive.values()) await load.readAll(instance)
    // While the store is down nobody can know what others have invalidated; afterwards everybody does.
    const lost = history.violations(0).filter(({ read }) => read.startedAt >= settledAt)
    expect(lost.slice(0, 3), `round ${round}, ${victim} (seed ${seed})`).toEqual([])
  }
  expect(failures).toEqual([])
  judge.expectRight()
  console.log(
    `${ROUNDS} kills (seed ${seed}), of which ${insidePuts} inside a PUT; ${judge.answers} answers, ` +
      `${history.acknowledged.length} invalidations acknowledged of ${history.invalidations.length}`,
  )
  reportNumbers({
    kills: ROUNDS,
    insidePuts,
    answers: judge.answers,
    invalidations: history.invalidations.length,
    seed,
  })
  expect(history.acknowledged.length).toBeGreaterThan(3 * ROUNDS)
  expect(judge.hits).toBeGreaterThan(judge.answers / 3)
  expect(insidePuts).toBeGreaterThan(0)
})

/** Resolves at a moment at which the store writes an entry, if there is one soon. */
async function isWriting(s3: S3Process): Promise<boolean> {
  const until = performance.now() + 2000
  while (performance.now() < until) {
    if (s3.writing() > 0) return true
    await new Promise((resolve) => setImmediate(resolve))
  }
  return false
}
