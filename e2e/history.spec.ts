import { setTimeout as sleep } from 'node:timers/promises'
import { buildApp } from './lib/build-app.ts'
import { BUILDS } from './lib/builds.ts'
import { ROUND_TRIP_MS } from './lib/expect-follows.ts'
import { DEFAULT_TAG_REFRESH_MS } from './lib/fleet.ts'
import { History } from './lib/history.ts'
import { Judge } from './lib/judge.ts'
import { MixedLoad } from './lib/mixed-load.ts'
import { INVALIDATIONS_SHOWN } from './lib/shown-invalidations.ts'
import { percentile } from './lib/percentile.ts'
import { reportNumbers } from './lib/report-numbers.ts'
import { expect, test } from './lib/test.ts'

/** `pnpm test:full` makes ten minutes of it. */
const SECONDS = Number(process.env['E2E_HISTORY_SECONDS'] ?? 10)
const INSTANCES = ['A', 'B', 'C', 'D']

test.describe.configure({ timeout: 120_000 + SECONDS * 1000 })

test(
  'four instances under mixed load never serve what was invalidated longer ago than the bound',
  { tag: ['@cache', '@cross-instance'] },
  async ({ stage }) => {
    const [build, bucket, origin] = await Promise.all([buildApp(BUILDS.isr), stage.bucket(), stage.origin()])
    const env = { ...bucket.env, ...INVALIDATIONS_SHOWN, ORIGIN_URL: origin.url }
    const fleet = await Promise.all(INSTANCES.map((name) => stage.instance({ name, build, env })))
    const judge = new Judge()
    for (const path of ['/tagged/first', '/forever/first']) {
      for (const instance of fleet) judge.learn({ ...(await instance.visit(path)), path })
    }

    const history = new History()
    const failures: unknown[] = []
    const seed = Date.now() % 2 ** 31
    const load = new MixedLoad({
      instances: () => fleet,
      origin,
      history,
      seed,
      name: 'history',
      onAnswer: (answer) => judge.add(answer),
      onFailure: (_instance, error) => failures.push(error),
    })
    await sleep(SECONDS * 1000)
    await load.stop()

    expect(failures).toEqual([])
    judge.expectRight()
    const { delaysMs, missing } = history.delays()
    const [p50 = NaN, p90 = NaN, p99 = NaN, max = NaN] = [50, 90, 99, 100].map((percent) =>
      Math.round(percentile(delaysMs, percent)),
    )
    const { reads, invalidations, acknowledged } = history
    console.log(
      `${reads.length} reads, ${acknowledged.length} invalidations acknowledged of ${invalidations.length} (seed ${seed}); ` +
        `first new answer of an instance after the acknowledgment, in ms: median ${p50}, 90 % ${p90}, 99 % ${p99}, longest ${max}; none of ${missing}`,
    )
    reportNumbers({
      seconds: SECONDS,
      reads: reads.length,
      invalidations: invalidations.length,
      acknowledged: acknowledged.length,
      seed,
      medianDelayMs: p50,
      p90DelayMs: p90,
      p99DelayMs: p99,
      longestDelayMs: max,
      missingFirstAnswers: missing,
    })
    // The control: enough was invalidated, and the instances did keep what they had in between.
    expect(history.acknowledged.length).toBeGreaterThan(SECONDS / 2)
    expect(history.acknowledged).toHaveLength(history.invalidations.length)
    expect(judge.hits).toBeGreaterThan(judge.answers / 2)
    expect(history.violations(DEFAULT_TAG_REFRESH_MS + ROUND_TRIP_MS).slice(0, 3)).toEqual([])
  },
)
