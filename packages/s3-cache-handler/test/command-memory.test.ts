import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startLocalS3 } from 'local-s3'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { MANY, manyEntries } from './many-entries.ts'
import { putEntries } from './put-entry.ts'

const run = promisify(execFile)
const BIN = fileURLToPath(new URL('../dist/bin.js', import.meta.url))
const bucket = 'bucket'
const server = await startLocalS3({ buckets: [bucket] })
afterAll(() => server.close())

/** A tenth of them, and all. */
const PREFIXES = { few: MANY / 10, many: MANY } as const
beforeAll(async () => {
  for (const [name, count] of Object.entries(PREFIXES)) {
    const entries = manyEntries((index) => ({ tags: [`t${index % 10}`], lifetime: { revalidate: 60, expire: 3600 } }))
    await putEntries(server, { bucket, prefix: `${name}/` }, entries.slice(0, count))
  }
}, 600_000)

/** Tells the most bytes that were in use, garbage apart. */
const TELL_PEAK = `data:text/javascript,${encodeURIComponent(`
  let peak = 0
  const look = () => {
    gc()
    peak = Math.max(peak, process.memoryUsage().heapUsed)
  }
  setInterval(look, 50).unref()
  process.on('exit', () => {
    look()
    process.stderr.write('peak ' + peak)
  })
`)}`

/** The most memory that the command needs, in bytes. */
async function peakOf(prefix: string, args: readonly string[]): Promise<number> {
  const { stderr } = await run(process.execPath, ['--expose-gc', '--import', TELL_PEAK, BIN, ...args], {
    env: {
      ...process.env,
      CACHE_S3_BUCKET: bucket,
      CACHE_S3_ENDPOINT_URL: server.url,
      CACHE_KEY_PREFIX: `${prefix}/`,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local-secret',
    },
    maxBuffer: Infinity,
  })
  return Number(/peak (\d+)$/.exec(stderr)?.[1])
}

/**
 * What a page of a thousand objects needs that the fewer do not fill, and code that V8 has compiled meanwhile. What is kept
 * of each of 10,000 entries would show if it were 400 bytes; of 100,000, with 40.
 */
const SLACK_BYTES = 3_500_000

/** Presigned URLs of what was read are kept, to read it again: so many bytes of them at most. */
const URL_BYTES = 20_000_000

const LONG: readonly [command: string, keptBytes: number][] = [
  ['tags', 0],
  ['stats', 0],
  ['gc --dry-run', 0],
  ['prune --dry-run', 0],
  ['ls --tag t1', URL_BYTES],
]

it.each<[command: string, keptBytes: number]>([
  ['ls', 0],
  ['clear --all --dry-run', 0],
  // They have nothing that these two have not, and `pnpm test` has not the time.
  ...(MANY > 10_000 ? LONG : []),
])('s3-cache %s needs no more memory for ten times the entries', { timeout: 900_000 }, async (command, keptBytes) => {
  const args = command.split(' ')
  const [few, many] = [await peakOf('few', args), await peakOf('many', args)]
  expect(few).toBeGreaterThan(0)
  expect(many - few).toBeLessThan(SLACK_BYTES + keptBytes)
})
