import { parseArgs } from 'node:util'
import { startLocalS3 } from './local-s3.ts'
import type { LocalS3Options } from './options.ts'

/** What the command needs of its process. */
export interface CliIo {
  readonly stdout: (line: string) => void
  readonly stderr: (line: string) => void
  /** Aborts when the command shall stop. */
  readonly signal: AbortSignal
}

const HELP = `Usage: local-s3 [options]

  --port N          port of the S3 side, 0 for any free port (default 9000)
  --host ADDRESS    address to listen on (default 127.0.0.1)
  --bucket NAME     bucket to create if it is missing; may be repeated
  --access-key K    access key id (default local)
  --secret-key S    secret access key (default local-secret)
  --data DIR        folder to keep objects in (default: memory)
  --admin-port M    port of the admin side, 0 for any free port (default: none)
  --clock-offset MS how far its clock is ahead, behind if negative (default 0)
  --help            show this text`

/** Runs the command until it is told to stop; resolves with its exit code. */
export async function main(argv: readonly string[], io: CliIo): Promise<number> {
  try {
    const { help, ...options } = parseCommandLine(argv)
    if (help) {
      io.stdout(HELP)
      return 0
    }
    const server = await startLocalS3(options)
    const admin = server.adminUrl === undefined ? '' : ` (admin ${server.adminUrl})`
    io.stdout(`local-s3 listening on ${server.url}${admin}`)
    await aborted(io.signal)
    await server.close()
    return 0
  } catch (error) {
    io.stderr(`local-s3: ${error instanceof Error ? error.message : String(error)}`)
    return 1
  }
}

function parseCommandLine(argv: readonly string[]): LocalS3Options & { help: boolean } {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      port: { type: 'string', default: '9000' },
      host: { type: 'string' },
      bucket: { type: 'string', multiple: true },
      'access-key': { type: 'string' },
      'secret-key': { type: 'string' },
      data: { type: 'string' },
      'admin-port': { type: 'string' },
      'clock-offset': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const { port, host, bucket, data, help } = values
  const { 'access-key': accessKeyId, 'secret-key': secretAccessKey } = values
  const { 'admin-port': adminPort, 'clock-offset': clockOffset } = values
  return {
    help,
    port: parsePort('--port', port),
    ...(host !== undefined && { host }),
    ...(bucket !== undefined && { buckets: bucket }),
    ...(accessKeyId !== undefined && { accessKeyId }),
    ...(secretAccessKey !== undefined && { secretAccessKey }),
    ...(data !== undefined && { dataDir: data }),
    ...(adminPort !== undefined && { adminPort: parsePort('--admin-port', adminPort) }),
    ...(clockOffset !== undefined && { clockOffsetMs: parseOffset(clockOffset) }),
  }
}

/** `Number` alone would take '' and ' ' for 0. The range is checked with the other options. */
function parsePort(flag: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new TypeError(`"${flag}" must be a port number, got "${text}"`)
  return Number(text)
}

function parseOffset(text: string): number {
  if (!/^-?\d+$/.test(text)) throw new TypeError(`"--clock-offset" must be a number of milliseconds, got "${text}"`)
  return Number(text)
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
