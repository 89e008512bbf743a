import { readFileSync } from 'node:fs'

/** The command line of the pnpm that this run was started with, else of the one that `package.json` names. */
export function pnpmCommand() {
  const started = process.env.npm_execpath ?? ''
  if (/pnpm[^/\\]*\.c?js$/.test(started)) return [process.execPath, started]
  const { packageManager } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return ['npx', '--yes', packageManager]
}
