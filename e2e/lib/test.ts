import { writeFileSync } from 'node:fs'
import {
  test as base,
  type PlaywrightTestArgs,
  type PlaywrightTestOptions,
  type PlaywrightWorkerArgs,
  type PlaywrightWorkerOptions,
  type TestType,
} from '@playwright/test'
import type { BuildName } from './builds.ts'
import { DEFAULT_TAG_REFRESH_MS, startFleet, type Fleet } from './fleet.ts'
import { openLogs, Stage } from './stage.ts'

export { expect } from '@playwright/test'

interface TestFixtures {
  /** For what one test starts. */
  stage: Stage
  /** Attaches the logs of all servers to a test that failed. */
  evidence: void
}

/** What a project of `playwright.config.ts`, or a spec file, may set. */
export interface WorkerOptions {
  /** What the fleet's instances run. */
  buildName: BuildName
  /** Of the fleet's instances. */
  tagRefreshMs: number
}

interface WorkerFixtures extends WorkerOptions {
  /** Shared by all tests of a worker: each takes paths of its own. */
  fleet: Fleet
}

export const test: TestType<
  PlaywrightTestArgs & PlaywrightTestOptions & TestFixtures,
  PlaywrightWorkerArgs & PlaywrightWorkerOptions & WorkerFixtures
> = base.extend<TestFixtures, WorkerFixtures>({
  evidence: [
    async ({ stage: _stage }, use, testInfo) => {
      await use()
      if (testInfo.status === testInfo.expectedStatus) return
      for (const { name, text } of openLogs()) {
        const path = testInfo.outputPath(`${name}.log`)
        writeFileSync(path, text)
        await testInfo.attach(name, { path })
      }
    },
    { auto: true },
  ],
  stage: async ({ browserName: _browserName }, use) => {
    const stage = new Stage()
    await use(stage)
    await stage.close()
  },
  buildName: ['isr', { scope: 'worker', option: true }],
  tagRefreshMs: [DEFAULT_TAG_REFRESH_MS, { scope: 'worker', option: true }],
  fleet: [
    async ({ buildName, tagRefreshMs }, use) => {
      const stage = new Stage()
      try {
        await use(await startFleet(stage, { buildName, tagRefreshMs }))
      } finally {
        await stage.close()
      }
    },
    { scope: 'worker' },
  ],
})
