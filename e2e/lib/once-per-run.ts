import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { runFolder } from './run-dir.ts'

type Outcome<T> = { readonly value: T } | { readonly error: string }

/**
 * Runs `make` once for all workers of this test run; every caller gets its JSON-safe result, or its error.
 * Nothing is tried twice: a build that failed fails every test that needs it, at once.
 */
export async function oncePerRun<T>(key: string, make: () => Promise<T>): Promise<T> {
  const folder = join(runFolder('once'), key)
  const outcomeFile = join(folder, 'outcome.json')
  if (tryLock(folder)) {
    const outcome = await settle(make)
    writeFileSync(`${outcomeFile}.part`, JSON.stringify(outcome))
    renameSync(`${outcomeFile}.part`, outcomeFile)
  }
  return unwrap(await outcomeOf<T>(folder, outcomeFile))
}

function tryLock(folder: string): boolean {
  try {
    mkdirSync(folder)
  } catch {
    return false
  }
  writeFileSync(join(folder, 'pid'), String(process.pid))
  return true
}

async function settle<T>(make: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await make() }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}

async function outcomeOf<T>(folder: string, outcomeFile: string): Promise<Outcome<T>> {
  for (;;) {
    const outcome = readJson(outcomeFile) as Outcome<T> | undefined
    if (outcome) return outcome
    const owner = readJson(join(folder, 'pid'))
    // Playwright ends a worker whose test timed out: whoever waits for its work must hear of it.
    if (typeof owner === 'number' && !isAlive(owner) && !readJson(outcomeFile)) {
      rmSync(folder, { recursive: true, force: true })
      return { error: `the worker that worked on ${folder} is gone` }
    }
    await sleep(100)
  }
}

function unwrap<T>(outcome: Outcome<T>): T {
  if ('error' in outcome) throw new Error(outcome.error)
  return outcome.value
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
