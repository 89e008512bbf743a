import { startLocalS3, type LocalS3 } from 'local-s3'
import { afterAll, beforeEach, expect, vi } from 'vitest'
import type { Io } from '../src/lib/cli/command.ts'
import { main } from '../src/lib/cli/main.ts'
import { forgetCaches } from './forget-caches.ts'

export interface CommandBench {
  readonly server: LocalS3
  readonly bucket: string
  /** What `s3-cache` says under a prefix, and ends with. */
  readonly run: (prefix: string, ...args: string[]) => Promise<[code: number, out: string, err: string]>
  /** The same with a person who answers, or watches, and more variables. */
  readonly runWith: (
    more: Partial<Io>,
    prefix: string,
    ...args: string[]
  ) => Promise<[code: number, out: string, err: string]>
  /** The objects that it prints with `--json`. */
  readonly json: (prefix: string, ...args: string[]) => Promise<Record<string, unknown>[]>
}

/** A server, and the command on its bucket; each test runs it as a process of its own would be. */
export async function openCommandBench(): Promise<CommandBench> {
  const bucket = 'bucket'
  const server = await startLocalS3({ buckets: [bucket] })
  afterAll(() => server.close())
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local-secret')
  beforeEach(forgetCaches)
  const runWith: CommandBench['runWith'] = async (more, prefix, ...args) => {
    let [out, err] = ['', '']
    const code = await main(args, {
      write: (output) => void (out += String(output)),
      complain: (line) => void (err += `${line}\n`),
      confirm: undefined,
      progress: undefined,
      ...more,
      env: { CACHE_S3_BUCKET: bucket, CACHE_S3_ENDPOINT_URL: server.url, CACHE_KEY_PREFIX: prefix, ...more.env },
    })
    return [code, out, err]
  }
  const run: CommandBench['run'] = (prefix, ...args) => runWith({}, prefix, ...args)
  return {
    server,
    bucket,
    run,
    runWith,
    async json(prefix, ...args) {
      const [code, out, err] = await run(prefix, ...args, '--json')
      expect([code, err]).toEqual([0, ''])
      return out
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>)
    },
  }
}
