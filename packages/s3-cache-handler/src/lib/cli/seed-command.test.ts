import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { getRouteCacheKey } from 'next/dist/server/lib/route-cache-key.js'
import { describe, expect, it } from 'vitest'
import { LISTINGS, MANY } from '../../../test/many-entries.ts'
import { newFolder } from '../../../test/new-folder.ts'
import { openCommandBench } from '../../../test/run-command.ts'
import { mapConcurrently } from '../map-concurrently.ts'
import type { Io } from './command.ts'
import { recordBuildStart } from '../next/build-record.ts'

const { server, bucket, runWith } = await openCommandBench()
/** The handler that it opens reads the environment of the process. */
const seed = (prefix: string, args: readonly string[], more: Partial<Io> = {}): ReturnType<typeof runWith> =>
  runWith(more, prefix, 'seed', '--bucket', bucket, '--endpoint', server.url, '--prefix', prefix, ...args)

/** What `next build` leaves of so many prerendered answers of a route handler. */
async function build(pages: number): Promise<string> {
  const distDir = await newFolder()
  const app = join(distDir, 'server/app')
  await mkdir(app, { recursive: true })
  await writeFile(join(distDir, 'BUILD_ID'), 'build-1')
  recordBuildStart(join(distDir, 'server'))
  const owner = { kind: 'APP_ROUTE', sourceRoute: '/[slug]/route' }
  const names = Array.from({ length: pages }, (_, index) => `page-${index}`)
  await mapConcurrently(names, async (name) => {
    const key = getRouteCacheKey(`/${name}`, owner as never)
    const meta = { status: 200, headers: {}, routeCache: { key, owner, isFallback: false } }
    await writeFile(join(app, `${name}.body`), name)
    await writeFile(join(app, `${name}.meta`), JSON.stringify(meta))
  })
  return distDir
}

const entries = (prefix: string): number =>
  server.requests.count({ operation: 'PutObject', keyPrefix: `${prefix}v1/entries/` })

describe('s3-cache seed', () => {
  it('stores what a build has rendered, once', async () => {
    const distDir = await build(3)
    expect(await seed('few/', ['--dist-dir', distDir])).toEqual([
      0,
      '3 pages: 3 stored, 0 present, 0 outdated, 0 unreadable.\n',
      '',
    ])
    expect((await seed('few/', ['--dist-dir', distDir, '--json']))[1]).toBe(
      '{"total":3,"stored":0,"present":3,"outdated":0,"unreadable":0}\n',
    )
    expect(server.bucket(bucket)?.objects.keyAt(1)).toMatch(/^few\/v1\/entries\/build-1\/page\/.*page-\d$/)
  })

  it('names what it could not read', async () => {
    const distDir = await build(2)
    await writeFile(join(distDir, 'server/app/page-1.body'), '')
    await writeFile(
      join(distDir, 'server/app/page-1.meta'),
      JSON.stringify({ routeCache: { key: `/route-cache/APP_ROUTE/${'0'.repeat(64)}/$/page-1`, isFallback: false } }),
    )
    expect(await seed('unreadable/', ['--dist-dir', distDir])).toEqual([
      1,
      '2 pages: 1 stored, 0 present, 0 outdated, 1 unreadable.\n',
      's3-cache: "/page-1" could not be read from the build\n',
    ])
  })
})

it(
  `stores ${MANY} pages by one request each, and lists what is there a thousand a request`,
  { timeout: 60_000 + 20 * MANY },
  async () => {
    const distDir = await build(MANY)
    server.requests.clear()
    const told: string[] = []
    const watching = { progress: (line: string) => void told.push(line) }
    const [code, out] = await seed('many/', ['--dist-dir', distDir, '--concurrency', '32'], watching)
    expect([code, out]).toEqual([0, `${MANY} pages: ${MANY} stored, 0 present, 0 outdated, 0 unreadable.\n`])
    expect(told.at(-1)).toBe(`${MANY} of ${MANY} pages`)
    expect(entries('many/')).toBe(MANY)
    server.requests.clear()
    expect((await seed('many/', ['--dist-dir', distDir]))[0]).toBe(0)
    expect(server.requests.count({ operation: 'ListObjectsV2', keyPrefix: 'many/v1/entries/' })).toBe(LISTINGS)
    expect(entries('many/')).toBe(0)
  },
)
