import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../scripts/lib/ports.mjs'
import { bucketEnv } from './bucket.ts'
import { ACCESS_KEY_ID, BUCKET, SECRET_ACCESS_KEY } from './credentials.ts'

const COMMAND = fileURLToPath(new URL('../../packages/local-s3/dist/bin.js', import.meta.url))

/** A bucket whose server is a process, and keeps its objects in files: it can be killed at any moment, and started again. */
export interface S3Process {
  readonly env: Readonly<Record<string, string>>
  /** On the same port, with all that was stored. */
  start(): Promise<void>
  /** How many objects are being written at this moment; after a kill and until the next start, how many it cut off. */
  writing(): number
  /** By SIGKILL. */
  kill(): Promise<void>
  close(): Promise<void>
}

export async function startS3Process(): Promise<S3Process> {
  const dataDir = mkdtempSync(join(tmpdir(), 'e2e-s3-'))
  const port = await freePort()
  const flags = ['--port', String(port), '--data', dataDir, '--bucket', BUCKET]
  const credentials = ['--access-key', ACCESS_KEY_ID, '--secret-key', SECRET_ACCESS_KEY]
  let child: ChildProcess | undefined

  const s3: S3Process = {
    env: bucketEnv(`http://127.0.0.1:${port}`),
    async start() {
      const started = spawn(process.execPath, [COMMAND, ...flags, ...credentials], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      child = started
      await once(createInterface({ input: started.stdout }), 'line')
    },
    writing: () => readdirSync(join(dataDir, 'tmp')).length,
    async kill() {
      if (child?.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
    async close() {
      await s3.kill()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
  await s3.start()
  return s3
}
