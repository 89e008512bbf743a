import { PutBucketLifecycleConfigurationCommand, PutObjectCommand, type LifecycleRule } from '@aws-sdk/client-s3'
import { afterEach, describe, expect, it } from 'vitest'
import { createClient, s3Error, startServer } from './server.ts'

const DAY_MS = 24 * 60 * 60_000
const Bucket = 'bucket'
const server = await startServer({ adminPort: 0 })
const client = createClient(server)
const objects = (): string[] => {
  const { objects } = server.bucket(Bucket) ?? expect.fail('no bucket')
  return Array.from({ length: objects.size }, (_, position) => objects.keyAt(position) ?? '')
}

afterEach(async () => {
  server.clock.setOffset(0)
  for (const key of objects()) await server.bucket(Bucket)?.delete(key)
})

const put = (Key: string, Body: string, Tagging?: string): Promise<unknown> =>
  client.send(new PutObjectCommand({ Bucket, Key, Body, Tagging }))
const setRules = (...Rules: LifecycleRule[]): Promise<unknown> =>
  client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }))
const rule = (Filter: LifecycleRule['Filter'], Days: number): LifecycleRule => ({
  Status: 'Enabled',
  Filter,
  Expiration: { Days },
})
/** What is left when so many days have passed. */
const leftAfter = async (days: number): Promise<string[]> => {
  server.clock.setOffset(Math.round(days * DAY_MS))
  await server.expire(Bucket)
  return objects()
}

describe('lifecycle rules', () => {
  it('delete under a prefix, at the midnight after so many days and no sooner', async () => {
    await setRules(rule({ Prefix: 'a/' }, 2))
    await put('a/x', 'x')
    await put('b/x', 'x')
    const sinceMidnight = (Date.now() % DAY_MS) / DAY_MS
    expect(await leftAfter(3 - sinceMidnight - 0.01)).toEqual(['a/x', 'b/x'])
    expect(await leftAfter(3 - sinceMidnight + 0.01)).toEqual(['b/x'])
  })

  it('count from the last write', async () => {
    await setRules(rule({ Prefix: '' }, 2))
    await put('old', 'x')
    await put('new', 'x')
    server.clock.setOffset(2 * DAY_MS)
    await server.import(Bucket, [{ key: 'new' }])
    expect(await leftAfter(3.1)).toEqual(['new'])
  })

  it('delete by tag, by size, and by all of them', async () => {
    await setRules(
      rule({ Tag: { Key: 'class', Value: '1d' } }, 1),
      rule({ And: { Prefix: 'p/', Tags: [{ Key: 'class', Value: '2d' }], ObjectSizeGreaterThan: 1 } }, 2),
      rule({ ObjectSizeLessThan: 1 }, 3),
    )
    await put('one', 'xx', 'class=1d&other=x')
    await put('two', 'xx', 'class=2d')
    await put('p/two', 'xx', 'class=2d')
    await put('p/small', 'x', 'class=2d')
    await put('empty', '')
    expect(await leftAfter(2)).toEqual(['empty', 'p/small', 'p/two', 'two'])
    expect(await leftAfter(3)).toEqual(['empty', 'p/small', 'two'])
    expect(await leftAfter(4)).toEqual(['p/small', 'two'])
  })

  it('delete at a date, and nothing while they are disabled', async () => {
    const today = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS)
    await setRules(
      { Status: 'Enabled', Filter: { Prefix: 'a' }, Expiration: { Date: today } },
      { Status: 'Disabled', Filter: { Prefix: 'b' }, Expiration: { Date: today } },
    )
    await put('a', 'x')
    await put('b', 'x')
    expect(await leftAfter(0)).toEqual(['b'])
  })

  it('are refused where S3 refuses them', async () => {
    const tag = { Tag: { Key: 'class', Value: '1d' } }
    const uploads = { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }
    await expect(setRules({ ...rule(tag, 1), ...uploads })).rejects.toMatchObject(s3Error('InvalidRequest', 400))
    await expect(setRules(rule(tag, 0))).rejects.toMatchObject(s3Error('InvalidArgument', 400))
    const noon = { Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Date: new Date(DAY_MS / 2) } } as const
    await expect(setRules(noon)).rejects.toMatchObject(s3Error('InvalidArgument', 400))
  })

  it('are carried out by the admin side, too', async () => {
    await setRules(rule({ Prefix: 'a' }, 1))
    await put('a', 'x')
    await put('b', 'x')
    server.clock.setOffset(2 * DAY_MS)
    const expire = async (bucket: string): Promise<[number, unknown]> => {
      const response = await fetch(`${server.adminUrl}/expire?bucket=${bucket}`, { method: 'POST' })
      return [response.status, await response.json()]
    }
    expect(await expire(Bucket)).toEqual([200, { expired: ['a'] }])
    expect(await expire('other')).toEqual([400, { error: expect.stringContaining('"bucket"') }])
    expect(objects()).toEqual(['b'])
  })

  it('are of one form, the old or the new', async () => {
    const old: LifecycleRule = { Status: 'Enabled', Prefix: 'a/', Expiration: { Days: 1 } }
    await setRules(old, { ...old, Prefix: 'b/' })
    await expect(setRules(old, rule({ Prefix: 'b/' }, 1))).rejects.toMatchObject(s3Error('InvalidRequest', 400))
  })
})
