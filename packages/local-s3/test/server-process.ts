import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** The built command: Node 20 cannot run its source. */
const COMMAND = fileURLToPath(new URL('../dist/bin.js', import.meta.url))

/** A server in a process of its own. */
export interface ServerProcess {
  readonly url: string
  /** By SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
}

/** Starts the command, on a free port unless the options name one; resolves when it is ready. What still runs when the test ends is killed. */
export async function startServerProcess(...options: readonly string[]): Promise<ServerProcess> {
  const child = spawn(process.execPath, [COMMAND, '--port', '0', ...options], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await exited
  }
  onTestFinished(kill)
  for await (const line of createInterface({ input: child.stdout })) {
    const [url] = /http:\S+/.exec(line) ?? []
    if (url !== undefined) return { url, kill }
  }
  throw new Error('The command ended before it was ready')
}
