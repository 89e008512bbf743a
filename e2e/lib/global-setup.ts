import { rmSync } from 'node:fs'
import { buildApp } from './build-app.ts'
import { buildSite } from './build-site.ts'
import { BUILDS, SITES } from './builds.ts'
import { runDir } from './run-dir.ts'

/**
 * In a run of the whole suite all fixture apps are built before the first test, so that no test that measures time
 * shares the machine with a build. A failed build is reported by the tests that need it.
 */
export default async function globalSetup(): Promise<() => void> {
  if (process.env.E2E_BUILD_AHEAD === '1') await buildAll()
  return () => rmSync(runDir, { recursive: true, force: true })
}

async function buildAll(): Promise<void> {
  const waiting = [
    ...Object.values(BUILDS).map((build) => () => buildApp(build)),
    ...Object.values(SITES).map((build) => () => buildSite(build)),
  ]
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await next().catch(() => {})
  }
  await Promise.all([worker(), worker()])
}
