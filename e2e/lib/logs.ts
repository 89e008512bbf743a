import { appendFileSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { runFolder } from './run-dir.ts'

export interface NamedLog {
  readonly name: string
  readonly text: string
}

/** Keeps a log for the search at the end of the run. */
export function saveLog({ name, text }: NamedLog): void {
  appendFileSync(join(runFolder('logs'), `${name}.log`), text)
}

export function savedLogs(): NamedLog[] {
  const folder = runFolder('logs')
  return readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
}
