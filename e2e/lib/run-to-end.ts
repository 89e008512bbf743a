import { spawn } from 'node:child_process'

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly output: string
}

export interface RunOptions {
  readonly cwd: string
  /** The whole environment, nothing is added. */
  readonly env: NodeJS.ProcessEnv
  readonly timeoutMs?: number
  /** What it reads, and then the end. @default nothing */
  readonly input?: string
}

/** Runs a program to its end and keeps all that it prints. One that takes too long is killed, and says so by its signal. */
export function runToEnd(program: string, args: readonly string[], options: RunOptions): Promise<Ended> {
  const { cwd, env, timeoutMs = 120_000, input = '' } = options
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: 'pipe' })
    child.stdin.end(input)
    const killer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text))
    }
    child.once('error', reject)
    child.once('close', (code, signal) => {
      clearTimeout(killer)
      resolve({ code, signal, output })
    })
  })
}
