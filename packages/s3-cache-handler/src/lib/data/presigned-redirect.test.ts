import { setTimeout as sleep } from 'node:timers/promises'
import { startLocalS3 } from 'local-s3'
import { afterAll, beforeEach, expect, it, vi } from 'vitest'
import { forgetCaches } from '../../../test/forget-caches.ts'
import { createS3Cache, memoryStore, type S3Cache, presignedRedirect } from '../../cache.ts'

const bucket = 'bucket'
const server = await startLocalS3({ buckets: [bucket] })
afterAll(() => server.close())
vi.stubEnv('AWS_ACCESS_KEY_ID', 'local')
vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local-secret')

let caches = 0
let cache: S3Cache
let made = 0
beforeEach(() => {
  forgetCaches()
  made = 0
  cache = createS3Cache({ bucket, prefix: `p${++caches}/`, endpoint: server.url, log: 'silent' })
})

const CSV = { contentType: 'text/csv', filename: 'prices.csv', ttl: '1h' } as const
const answer = (from: Pick<S3Cache, 'presign' | 'remember'> = cache): Promise<Response> =>
  presignedRedirect(from, 'prices', () => `price\n${++made}\n`, CSV)

it('leads to S3, which serves what was made once', async () => {
  for (const response of [await answer(), await answer()]) {
    expect([response.status, response.headers.get('cache-control')]).toEqual([307, 'private, no-store'])
    const file = await fetch(response.headers.get('location') ?? '')
    expect(await file.text()).toBe('price\n1\n')
    expect(file.headers.get('content-type')).toBe('text/csv')
    expect(file.headers.get('content-disposition')).toBe('attachment; filename=prices.csv')
  }
})

it('makes a new one where the old one is gone', async () => {
  await answer()
  await cache.delete('prices')
  await expect(fetch((await answer()).headers.get('location') ?? '').then((file) => file.text())).resolves.toBe(
    'price\n2\n',
  )
})

it('serves what is stale once more, while a new one is made', async () => {
  const options = { ttl: 3600, swr: '1d', tags: ['prices'] } as const
  const makeSlowly = async (): Promise<string> => {
    if (made > 0) await sleep(500)
    return `${++made}`
  }
  const ask = (): Promise<Response> => presignedRedirect(cache, 'swr', makeSlowly, options)
  const fileOf = async (response: Response): Promise<string> =>
    await (await fetch(response.headers.get('location') ?? '')).text()
  expect(await fileOf(await ask())).toBe('1')
  await cache.revalidateTag('prices', { mode: 'stale' })
  expect(await cache.presign('swr')).toBeUndefined()
  expect(await fileOf(await ask())).toBe('1')
  await vi.waitFor(async () => expect(await fileOf(await ask())).toBe('2'), { timeout: 5000 })
})

it('has the body itself where there can be no URL', async () => {
  const inMemory = createS3Cache({ store: memoryStore() })
  const fault = server.faults.add({ fault: { kind: 'refuse' } })
  for (const from of [inMemory, cache]) {
    const response = await answer(from)
    expect([response.status, await response.text()]).toEqual([200, `price\n${made}\n`])
    expect(response.headers.get('content-type')).toBe('text/csv')
    expect(response.headers.get('content-disposition')).toBe('attachment; filename=prices.csv')
  }
  server.faults.remove(fault.id)
  const bytes = await presignedRedirect(inMemory, 'bytes', () => new Uint8Array([1, 255]))
  expect([bytes.headers.get('content-type'), (await bytes.arrayBuffer()).byteLength]).toEqual([
    'application/octet-stream',
    2,
  ])
})

it('fails where making fails, and for a name that cannot work before anything is made', async () => {
  const failing = (): string => {
    throw new Error('no prices today')
  }
  await expect(presignedRedirect(cache, 'failing', failing)).rejects.toThrow('no prices today')
  const refused = presignedRedirect(cache, 'k', () => `${++made}`, { filename: 'a\nb' })
  await expect(refused).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION', option: 'filename' })
  expect(made).toBe(0)
})
