import { parseClockOffset } from './clock.ts'
import { isBucketName } from './operations/bucket-name.ts'
import { OptionError } from './option-error.ts'

/** How to start a server; everything has a default. */
export interface LocalS3Options {
  /** Port of the S3 side; 0 takes any free port. @default 0 */
  readonly port?: number
  /** Address that both sides listen on. @default '127.0.0.1' */
  readonly host?: string
  /** Buckets to create if they are missing. @default [] */
  readonly buckets?: readonly string[]
  /** @default 'local' */
  readonly accessKeyId?: string
  /** @default 'local-secret' */
  readonly secretAccessKey?: string
  /** Folder to keep objects in. Absent: in memory. */
  readonly dataDir?: string
  /** Port of the admin side; 0 takes any free port. Absent: no admin side over HTTP. */
  readonly adminPort?: number
  /** How far the server's clock is ahead of the machine's, in ms; a negative number for behind. @default 0 */
  readonly clockOffsetMs?: number
}

/** Options with all defaults filled in. */
export interface ResolvedOptions {
  readonly port: number
  readonly host: string
  readonly buckets: readonly string[]
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly dataDir: string | undefined
  readonly adminPort: number | undefined
  readonly clockOffsetMs: number
}

/** Fills in defaults; throws an `OptionError` that names the option and its value. */
export function resolveOptions(options: LocalS3Options = {}): ResolvedOptions {
  const {
    port = 0,
    host = '127.0.0.1',
    buckets = [],
    accessKeyId = 'local',
    secretAccessKey = 'local-secret',
    clockOffsetMs = 0,
  } = options
  const { dataDir, adminPort } = options
  checkPort('port', port)
  parseClockOffset(clockOffsetMs)
  if (adminPort !== undefined) checkPort('adminPort', adminPort)
  const texts = { host, accessKeyId, secretAccessKey, ...(dataDir === undefined ? {} : { dataDir }) }
  for (const [name, value] of Object.entries(texts)) {
    if (typeof value !== 'string' || value === '') throw new OptionError(name, 'a non-empty string', value)
  }
  for (const bucket of buckets) {
    if (!isBucketName(bucket)) throw new OptionError('buckets', 'valid bucket names', bucket)
  }
  return { port, host, buckets, accessKeyId, secretAccessKey, dataDir, adminPort, clockOffsetMs }
}

function checkPort(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 0 || value > 65_535) {
    throw new OptionError(name, 'an integer from 0 to 65535', value)
  }
}
