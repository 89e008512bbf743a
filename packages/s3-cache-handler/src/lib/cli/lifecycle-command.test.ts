import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bucketRules } from '../../../test/bucket-rules.ts'
import { forgetCaches } from '../../../test/forget-caches.ts'
import { openCommandBench } from '../../../test/run-command.ts'
import { createS3Cache, type S3Cache } from '../../cache.ts'
import { openBucketSettings } from '../object-store/bucket-settings.ts'

const { server, bucket, run, runWith, json } = await openCommandBench()
const DAY_MS = 86_400_000
const FOREIGN =
  '<Rule><ID>logs</ID><Filter><And><Prefix>shop/v1/</Prefix><Tag><Key>a</Key><Value>b</Value></Tag></And></Filter>' +
  '<Status>Enabled</Status><Expiration><Days>300</Days></Expiration></Rule>'
const TAGGED = { CACHE_EXPIRY_TAGS: '1' }
const settings = openBucketSettings({ bucket, endpoint: server.url, region: 'us-east-1', forcePathStyle: true })
const stored = async (): Promise<string | undefined> => (await settings.lifecycle()).xml

const rules = (): ReturnType<typeof bucketRules> => bucketRules(server.url, bucket)
const tagged = (...args: string[]): ReturnType<typeof run> => runWith({ env: TAGGED }, 'shop/', 'lifecycle', ...args)

beforeEach(async () => {
  for (const key of allKeys()) await server.bucket(bucket)?.delete(key)
  const xml = `<LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${FOREIGN}</LifecycleConfiguration>`
  await settings.setLifecycle({ xml, transitionMinimum: undefined })
})
afterEach(() => server.clock.setOffset(0))

describe('s3-cache lifecycle', () => {
  it('says what it would do, and does it on demand', async () => {
    const [code, plan] = await tagged('plan')
    expect(code).toBe(0)
    expect(plan).toMatch(/^\+ s3-cache-handler shop%2F expires-after-1-days: deletes entries .* a day after /m)
    expect(plan).toMatch(/^1 rule of others stays as it is\.$/m)
    expect(await rules()).toHaveLength(1)
    expect(await tagged('apply')).toEqual([2, expect.any(String), expect.stringContaining('give "--yes"')])
    expect(await rules()).toHaveLength(1)
    expect((await tagged('apply', '--yes'))[1]).toMatch(/The rules are in place\.\n$/)
    expect(await rules()).toHaveLength(11)
    expect((await tagged('apply', '--yes', '--json'))[1]).toContain('"applied":false')
  })

  it('asks a person, after it has told them', async () => {
    const confirm = (): Promise<boolean> => Promise.resolve(false)
    const [code, out] = await runWith({ env: TAGGED, confirm }, 'shop/', 'lifecycle', 'apply')
    expect([code, out]).toEqual([1, expect.stringMatching(/^\+ [^]*Nothing was changed\.\n$/)])
    expect(await rules()).toHaveLength(1)
  })

  it('leaves the rules of others byte for byte what they are', async () => {
    const [before] = await rules()
    await tagged('apply', '--yes')
    expect(await stored()).toContain(FOREIGN)
    expect((await rules())[0]).toEqual(before)
    const other = await runWith({ env: TAGGED }, 'other/', 'lifecycle', 'apply', '--yes')
    expect([other[0], (await rules()).length]).toEqual([0, 21])
    await tagged('remove', '--yes')
    expect((await rules()).map(({ ID }) => ID?.split(' ')[1] ?? ID)).toEqual([
      'logs',
      ...Array<string>(10).fill('other%2F'),
    ])
    await runWith({}, 'other/', 'lifecycle', 'remove', '--yes')
    expect(await stored()).toContain(`>${FOREIGN}</LifecycleConfiguration>`)
  })

  it('overwrites nothing that somebody has written since the plan', async () => {
    const other = `<LifecycleConfiguration>${FOREIGN.replace('logs', 'newer')}</LifecycleConfiguration>`
    const confirm = async (): Promise<boolean> => {
      await settings.setLifecycle({ xml: other, transitionMinimum: undefined })
      return true
    }
    const [code, , err] = await runWith({ env: TAGGED, confirm }, 'shop/', 'lifecycle', 'apply')
    expect([code, err]).toEqual([1, expect.stringContaining('somebody else has changed')])
    expect(await stored()).toBe(other)
  })

  it('refuses rules beside which S3 takes none of ours', async () => {
    const xml = `<LifecycleConfiguration>${FOREIGN.replace(/<Filter>.*<\/Filter>/, '<Prefix>logs/</Prefix>')}</LifecycleConfiguration>`
    await settings.setLifecycle({ xml, transitionMinimum: undefined })
    for (const action of ['plan', 'apply']) {
      expect(await tagged(action, '--yes')).toEqual([
        1,
        '',
        expect.stringContaining('the rule "logs" names its prefix in the old form'),
      ])
    }
    expect((await tagged('remove', '--yes'))[0]).toBe(0)
    expect(await stored()).toBe(xml)
  })

  it('wants more for an empty prefix, under which others may have something', async () => {
    const apply = (...args: string[]): ReturnType<typeof run> =>
      runWith({ env: TAGGED }, '', 'lifecycle', 'apply', '--yes', ...args)
    expect(await apply()).toEqual([2, expect.any(String), expect.stringContaining('"--whole-bucket"')])
    expect((await apply('--whole-bucket'))[0]).toBe(0)
  })

  it('leaves a bucket without rules without any', async () => {
    await settings.deleteLifecycle()
    await tagged('apply', '--yes')
    expect(await rules()).toHaveLength(10)
    await tagged('remove', '--yes')
    await expect(rules()).rejects.toMatchObject({ name: 'NoSuchLifecycleConfiguration' })
    expect((await tagged('remove', '--yes'))[0]).toBe(0)
  })

  it('refuses where it would do nothing, and what it does not know', async () => {
    expect(await run('shop/', 'lifecycle', 'plan')).toEqual([2, '', expect.stringContaining('set CACHE_EXPIRY_TAGS')])
    expect(await tagged()).toEqual([2, '', expect.stringContaining('which? Give one of plan, apply, remove')])
    expect(await tagged('show')).toEqual([2, '', expect.stringContaining('which?')])
    expect(await tagged('plan', '--max-age', '0')).toEqual([2, '', expect.stringContaining('whole number from 1')])
    expect(await json('shop/', 'lifecycle', 'plan', '--max-age', '30')).toMatchObject([
      { added: ['s3-cache-handler shop%2F max-age'], foreign: ['logs'], applied: false },
    ])
  })
})

describe('with the rules in place', () => {
  it('the store deletes what is past its time, and nothing else', async () => {
    const cache = openCache(true)
    await cache.set('hour', 'x', { ttl: '1h', tags: ['t'] })
    await cache.set('days', 'x', { ttl: '1d', swr: '1d' })
    await cache.set('year', 'x', { ttl: '365d' })
    await cache.set('always', 'x', { ttl: null })
    await cache.revalidateTag('other')
    await server.import(bucket, [{ key: 'foreign', body: 'x' }])
    const others = allKeys().filter((key) => !key.includes('/entries/'))
    await tagged('apply', '--yes')
    const leftAfter = async (days: number): Promise<string[]> => {
      server.clock.setOffset(Math.round(days * DAY_MS))
      await server.expire(bucket)
      expect(allKeys().filter((key) => !key.includes('/entries/'))).toEqual(others)
      return allKeys().flatMap((key) => /\/entries\/.*\/(\w+)$/.exec(key)?.[1] ?? [])
    }
    expect(await leftAfter(0)).toEqual(['always', 'days', 'hour', 'year'])
    expect(await leftAfter(2.01)).toEqual(['always', 'days', 'year'])
    expect(await leftAfter(3.01)).toEqual(['always', 'year'])
    expect(await leftAfter(513)).toEqual(['always'])
  })

  it('the store deletes by age alone where entries carry no tags', async () => {
    await openCache(false).set('always', 'x', { ttl: null })
    await run('shop/', 'lifecycle', 'apply', '--max-age', '10', '--yes')
    server.clock.setOffset(9 * DAY_MS)
    await server.expire(bucket)
    expect(allKeys()).toContainEqual(expect.stringMatching(/always$/))
    server.clock.setOffset(Math.round(11.01 * DAY_MS))
    await server.expire(bucket)
    expect(allKeys()).not.toContainEqual(expect.stringMatching(/always$/))
  })
})

function openCache(expiryTags: boolean): S3Cache {
  forgetCaches()
  return createS3Cache({ bucket, prefix: 'shop/', endpoint: server.url, log: 'silent', expiryTags })
}

const allKeys = (): string[] => {
  const { objects } = server.bucket(bucket) ?? expect.fail('no bucket')
  return Array.from({ length: objects.size }, (_, index) => objects.keyAt(index) ?? '')
}
