import { inspect } from 'node:util'
import { startLocalS3 } from 'local-s3'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { forgetCaches } from '../../../test/forget-caches.ts'
import { createS3Cache, memoryStore, type S3Cache } from '../../cache.ts'

const bucket = 'bucket'
const server = await startLocalS3({ buckets: [bucket] })
afterAll(() => server.close())
vi.stubEnv('AWS_ACCESS_KEY_ID', 'local')
vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local-secret')
const logger = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() }

let caches = 0
let cache: S3Cache
beforeEach(() => {
  forgetCaches()
  cache = createS3Cache({ bucket, prefix: `p${++caches}/`, endpoint: server.url, logger, log: 'debug' })
})

const urlOf = async (...args: Parameters<S3Cache['presign']>): Promise<string> => {
  const url = await cache.presign(...args)
  if (url === undefined) throw new Error('there is no entry')
  return url
}
const parametersOf = async (...args: Parameters<S3Cache['presign']>): Promise<URLSearchParams> =>
  new URL(await urlOf(...args)).searchParams

describe('a presigned URL', () => {
  it('serves the bytes, with their type and under a name', async () => {
    const bytes = Buffer.from([0, 1, 255])
    await cache.set(['report', 1], bytes, { contentType: 'application/pdf' })
    const answer = await fetch(await urlOf(['report', 1], { filename: 'Übersicht "Q1".pdf' }))
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes)
    expect(answer.headers.get('content-type')).toBe('application/pdf')
    const name = "filename*=UTF-8''%C3%9Cbersicht%20%22Q1%22.pdf"
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="/)
    expect(answer.headers.get('content-disposition')).toContain(name)
    const shown = await fetch(await urlOf(['report', 1], { disposition: 'inline' }))
    expect(shown.headers.get('content-disposition')).toBe('inline')
    expect((await fetch(await urlOf(['report', 1]))).headers.get('content-disposition')).toBeNull()
  })

  it('serves a string as text', async () => {
    await cache.set('text', 'grüß', { ttl: null })
    const answer = await fetch(await urlOf('text'))
    expect([await answer.text(), answer.headers.get('content-type')]).toEqual(['grüß', 'text/plain; charset=utf-8'])
  })

  it('is refused once it has ended', async () => {
    await cache.set('k', 'text', { ttl: null })
    const url = await urlOf('k', { expiresInSeconds: 60 })
    expect((await fetch(url)).status).toBe(200)
    server.clock.setOffset(61_000)
    const answer = await fetch(url)
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('Request has expired')])
    server.clock.setOffset(0)
  })

  it('ends with its entry', async () => {
    await cache.set('short', 'text', { ttl: 100, swr: 20 })
    expect(Number((await parametersOf('short')).get('X-Amz-Expires'))).toBeLessThanOrEqual(120)
    expect(Number((await parametersOf('short')).get('X-Amz-Expires'))).toBeGreaterThan(110)
    await cache.set('long', 'text', { ttl: null })
    expect((await parametersOf('long')).get('X-Amz-Expires')).toBe('300')
    expect((await parametersOf('long', { expiresInSeconds: 604_800 })).get('X-Amz-Expires')).toBe('604800')
  })

  it('costs a HEAD, and never the bytes', async () => {
    await cache.set('large', Buffer.alloc(1_000_000), { ttl: null })
    await cache.presign('large')
    server.requests.clear()
    await cache.presign('large')
    expect(server.requests.list().map(({ operation }) => operation)).toEqual(['HeadObject'])
  })

  it('is in no event and no log line, also where the store fails', async () => {
    const events: unknown[] = []
    const onEvent = (event: unknown): void => void events.push(event)
    cache = createS3Cache({ bucket, prefix: `p${caches}/`, endpoint: server.url, logger, log: 'debug', onEvent })
    await cache.set('k', 'text', { ttl: null })
    await cache.presign('k')
    const fault = server.faults.add({ fault: { kind: 'status', status: 500 }, operation: 'HeadObject' })
    await expect(cache.presign('k')).rejects.toMatchObject({ code: 'ERR_OBJECT_STORE_BUSY' })
    server.faults.remove(fault.id)
    const told = inspect([events, Object.values(logger).map((spy) => spy.mock.calls)], { depth: 10 })
    expect(told).toContain('store-failed')
    expect(told).not.toMatch(/x-amz-signature/i)
  })
})

describe('there is no URL', () => {
  it('for what is missing, expired or invalidated', async () => {
    await cache.set('expired', 'text', { ttl: 1 })
    await cache.set('tagged', 'text', { ttl: null, tags: ['t'] })
    expect(await cache.presign('missing')).toBeUndefined()
    expect(await cache.presign('tagged')).toBeDefined()
    await cache.revalidateTag('t')
    await vi.waitFor(async () => expect(await cache.presign('expired')).toBeUndefined(), { timeout: 5000 })
    expect(await cache.presign('tagged')).toBeUndefined()
    await cache.set('soft', 'text', { ttl: null, tags: ['s'] })
    await cache.revalidateTag('s', { mode: 'stale' })
    expect([await cache.presign('soft'), await cache.presign('soft', { stale: true })]).toEqual([
      undefined,
      expect.any(String),
    ])
  })

  it('for values that are no bytes, nor for bytes whose tags leave no room beside them', async () => {
    await cache.set('object', { a: 1 })
    await cache.set('tags', 'text', { tags: Array.from({ length: 40 }, (_, index) => `${index}`.repeat(40)) })
    for (const key of ['object', 'tags']) {
      await expect(cache.presign(key), key).rejects.toMatchObject({ code: 'ERR_NOT_PRESIGNABLE' })
    }
  })

  it('from a store that is no S3', async () => {
    const inMemory = createS3Cache({ store: memoryStore() })
    await inMemory.set('k', 'text')
    await expect(inMemory.presign('k')).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED_BY_STORE' })
  })

  it('with options that cannot work', async () => {
    const wrong = [
      ['expiresInSeconds', 0],
      ['expiresInSeconds', 604_801],
      ['expiresInSeconds', '60'],
      ['filename', ''],
      ['filename', 'a\nb'],
      ['disposition', 'download'],
    ] as const
    for (const [option, value] of wrong) {
      const refused = cache.presign('k', { [option]: value })
      await expect(refused, `${option} ${value}`).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION', option })
    }
  })
})
