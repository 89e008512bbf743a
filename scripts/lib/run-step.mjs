import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { readReport } from './read-report.mjs'

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {readonly [string, ...string[]]} command
 * @property {Record<string, string>} [env] Added to the environment of this process.
 * @property {string} [cwd]
 * @property {{ path: string, format: import('./read-report.mjs').ReportFormat }} [report] Written by the command.
 * @property {readonly string[]} [needs] Names of steps without whose success this one makes no sense.
 */

/**
 * Runs one step to its end and never rejects.
 * @param {Step} step
 * @param {{ stdio?: 'inherit' | 'ignore' }} [options]
 * @returns {Promise<import('./outcome.mjs').StepResult & { seconds: number }>}
 */
export async function runStep(step, { stdio = 'inherit' } = {}) {
  const startedAt = performance.now()
  // A report of an earlier run must not speak for this one.
  if (step.report) rmSync(step.report.path, { force: true })
  const { code, signal } = await exitOf(step, stdio)
  const report = step.report && readReport(step.report)
  return {
    name: step.name,
    code,
    signal,
    hasReport: step.report !== undefined,
    ...(report && { report }),
    seconds: (performance.now() - startedAt) / 1000,
  }
}

/** @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null }>} */
function exitOf({ command: [program, ...args], env, cwd }, stdio) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, stdio, env: { ...process.env, ...env } })
    child.once('error', (error) => {
      console.error(`${program}: ${error.message}`)
      resolve({ code: 127, signal: null })
    })
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
}
