import { startLocalS3 } from 'local-s3'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createS3Cache, type S3Cache } from '../src/cache.ts'
import { policyFor, type PolicyStatement } from '../src/lib/policy/policy.ts'
import { forgetCaches } from './forget-caches.ts'

const bucket = 'bucket'
const user = { accessKeyId: 'user', secretAccessKey: 'user-secret' } as const
const server = await startLocalS3({ buckets: [bucket] })
afterAll(() => server.close())
vi.stubEnv('AWS_ACCESS_KEY_ID', user.accessKeyId)
vi.stubEnv('AWS_SECRET_ACCESS_KEY', user.secretAccessKey)
const logger = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() }

const statements = (prefix: string): readonly PolicyStatement[] => policyFor({ bucket, prefix }, 'app').Statement
const grant = (prefix: string, Statement: readonly object[] = statements(prefix)): void =>
  server.credentials.accept([{ ...user, policy: JSON.stringify({ Version: '2012-10-17', Statement }) }])

let folders = 0
let prefix = ''
beforeEach(() => {
  for (const spy of Object.values(logger)) spy.mockClear()
  // Characters that mean something in a policy.
  prefix = `p*?$${++folders}/`
  grant(prefix)
})

/** As an instance of a fleet: with a memory and a view of the tags of its own. */
function open(): S3Cache {
  forgetCaches()
  return createS3Cache({
    bucket,
    prefix,
    endpoint: server.url,
    region: 'us-east-1',
    tagRefreshMs: 0,
    memoryCheckMs: 0,
    logger,
  })
}

// A GET names no prefix, so that S3 answers 403 for a missing object where the permission to list is for a prefix.
describe('a role that may list its prefix only', () => {
  it('sees what other instances invalidate, in a bucket that was never written to, and reads no error in its log', async () => {
    const [a, b] = [open(), open()]
    await a.ping()
    expect(await b.get('k')).toBeUndefined()
    await a.set('k', 1, { tags: ['t'] })
    expect(await b.get('k')).toBe(1)
    await a.revalidateTag('t')
    expect(await b.get('k')).toBeUndefined()
    await b.set('k', 2, { tags: ['t'] })
    await b.revalidateTag('t')
    expect([await a.get('k'), await b.get('k')]).toEqual([undefined, undefined])
    expect([logger.error.mock.calls, logger.warn.mock.calls]).toEqual([[], []])
  })

  it('may do all that the data cache offers', async () => {
    const cache = open()
    expect(await cache.add('k', 1)).toBe(true)
    expect(await cache.add('k', 2)).toBe(false)
    expect(await cache.inc('n')).toBe(1)
    expect(await cache.remember('r', () => 'made', { lock: true })).toBe('made')
    await cache.setMany([
      ['m:1', 1],
      ['m:2', 2],
    ])
    expect((await cache.keys({ prefix: 'm:' })).keys.map(({ key }) => key)).toEqual(['m:1', 'm:2'])
    expect(await cache.clear({ prefix: 'm:' })).toEqual({ deleted: 2 })
    await cache.prune()
    expect(await cache.delete('k')).toBe(true)
    expect([logger.error.mock.calls, logger.warn.mock.calls]).toEqual([[], []])
  })

  it('is told so where it may not list', async () => {
    grant(prefix, statements(prefix).slice(0, 1))
    const cache = open()
    await expect(cache.ping()).rejects.toMatchObject({ code: 'ERR_OBJECT_STORE_DENIED' })
    await expect(cache.revalidateTag('t')).rejects.toMatchObject({ code: 'ERR_NOT_INVALIDATED' })
  })

  it('is told so where it may not read', async () => {
    const writer = open()
    await writer.revalidateTag('t')
    grant(prefix, [{ ...statements(prefix)[0], Action: ['s3:PutObject'] }, ...statements(prefix).slice(1)])
    const reader = open()
    await expect(reader.ping()).rejects.toMatchObject({ code: 'ERR_OBJECT_STORE_DENIED' })
    await expect(reader.revalidateTag('t')).rejects.toMatchObject({ code: 'ERR_NOT_INVALIDATED' })
  })
})
