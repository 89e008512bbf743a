import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createS3Cache, type S3Cache } from '../src/cache.ts'
import { main } from '../src/lib/cli/main.ts'
import type { Finding } from '../src/lib/doctor/finding.ts'
import { skipFor } from '../src/lib/object-store/conformance/subject.ts'
import { isRefusal } from '../src/lib/object-store/capabilities.ts'
import { openBucketSettings } from '../src/lib/object-store/bucket-settings.ts'
import { forgetCaches } from './forget-caches.ts'
import { openS3Endpoint, type S3Endpoint } from './s3-endpoint.ts'

let s3: S3Endpoint
beforeAll(async () => {
  s3 = await openS3Endpoint('commands')
  const cache = openCache()
  await cache.set('user:1', 'one', { tags: ['users'], ttl: '1d' })
  await cache.set('user:2', 'two', { tags: ['users'], ttl: '1d' })
  await cache.set('old', 'x', { ttl: 1 })
  await cache.set('kept', Buffer.from('bytes'), { tags: ['kept'] })
})
afterAll(() => s3.close())

const openCache = (): S3Cache => {
  const { bucket, endpoint, region, prefix } = s3
  forgetCaches()
  return createS3Cache({ bucket, endpoint, region, prefix, log: 'silent' })
}

/** What `s3-cache` says, and ends with. */
async function run(...args: string[]): Promise<[code: number, out: string, err: string]> {
  forgetCaches()
  let [out, err] = ['', '']
  const { bucket, endpoint, region, prefix } = s3
  const code = await main(args, {
    env: {
      CACHE_S3_BUCKET: bucket,
      CACHE_S3_ENDPOINT_URL: endpoint,
      CACHE_REGION: region,
      CACHE_KEY_PREFIX: prefix,
    },
    write: (output) => void (out += String(output)),
    complain: (line) => void (err += `${line}\n`),
    confirm: undefined,
    progress: undefined,
  })
  return [code, out, err]
}

async function json(...args: string[]): Promise<Record<string, unknown>[]> {
  const [code, out, err] = await run(...args, '--json')
  expect([code, err]).toEqual([0, ''])
  return out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

const keys = async (...args: string[]): Promise<unknown[]> => (await json('ls', ...args)).map(({ key }) => key)

// In this order: the later ones delete what the first ones show.
describe('on any store', () => {
  it('ls, tags and stats tell what is there', async () => {
    expect(await keys()).toEqual(['kept', 'old', 'user:1', 'user:2'])
    expect(await keys('--tag', 'users')).toEqual(['user:1', 'user:2'])
    expect(await json('tags')).toEqual([
      { tag: 'kept', entries: 1, invalidatedAt: null, invalidation: null },
      { tag: 'users', entries: 2, invalidatedAt: null, invalidation: null },
    ])
    expect(await json('stats')).toEqual(expect.arrayContaining([expect.objectContaining({ of: 'data', objects: 4 })]))
  })

  it('get shows an entry, its body and a URL that serves it', async () => {
    expect(await json('get', '--key', 'kept')).toMatchObject([{ key: 'kept', tags: ['kept'], state: 'fresh' }])
    expect(await run('get', '--key', 'kept', '--body')).toEqual([0, 'bytes', ''])
    const [, url] = await run('get', '--key', 'kept', '--url')
    expect(await (await fetch(url.trim())).text()).toBe('bytes')
  })

  it('revalidate is followed', async () => {
    const cache = openCache()
    expect(await cache.get('user:1')).toBe('one')
    expect(await json('revalidate', '--tag', 'users')).toMatchObject([{ tags: ['users'] }])
    expect(await openCache().get('user:1')).toBeUndefined()
    expect(await keys('--state', 'expired', '--kind', 'data', '--key-prefix', 'user:')).toEqual(['user:1', 'user:2'])
  })

  it('clear, prune and gc delete what they are told to', async () => {
    expect(await json('clear', '--tag', 'users', '--yes')).toMatchObject([{ deleted: 2 }])
    await expect.poll(() => keys('--state', 'expired'), { timeout: 10_000 }).toEqual(['old'])
    expect(await json('prune', '--yes')).toMatchObject([{ deleted: 1 }])
    expect(await json('gc', '--yes')).toEqual([])
    expect(await keys()).toEqual(['kept'])
  })

  it('the doctor finds nothing wrong, and leaves nothing behind', async () => {
    const stored = async (): Promise<string[]> => (await s3.store.list(`${s3.prefix}v1/`)).objects.map(({ key }) => key)
    const before = await stored()
    const [code, out] = await run('doctor', '--json')
    const findings = out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Finding)
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(code).toBe(0)
    expect(await stored()).toEqual(before)
  })

  it('lifecycle plans for what the store has', async (context) => {
    const settings = openBucketSettings(s3.storeOptions)
    try {
      await settings.lifecycle()
    } catch (error) {
      if (!isRefusal(error)) throw error
      skipFor(context, 'the server has no lifecycle rules, or does not show them')
    }
    expect(await json('lifecycle', 'plan', '--max-age', '30')).toMatchObject([{ added: [expect.any(String)] }])
  })

  it('policy asks nothing of it', async () => {
    expect(JSON.parse((await run('policy'))[1])).toMatchObject({ Version: '2012-10-17' })
  })
})
