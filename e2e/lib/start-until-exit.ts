import { join } from 'node:path'
import { freePort } from '../../scripts/lib/ports.mjs'
import type { BuiltApp } from './build-app.ts'
import { cleanEnv } from './clean-env.ts'
import { saveLog } from './logs.ts'
import { runToEnd, type Ended } from './run-to-end.ts'

/** `next start` where it is not expected to stay. One that does is killed, which its signal tells. */
export async function startUntilExit(
  { dir, env }: Pick<BuiltApp, 'dir' | 'env'>,
  extraEnv: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const args = [join(dir, 'node_modules/next/dist/bin/next'), 'start', '-p', String(await freePort())]
  const options = { cwd: dir, env: cleanEnv({ ...env, ...extraEnv }), timeoutMs: 15_000 }
  const ended = await runToEnd(process.execPath, args, options)
  saveLog({ name: 'start-until-exit', text: ended.output })
  return ended
}
