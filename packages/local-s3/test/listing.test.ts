import {
  DeleteObjectsCommand,
  type DeleteObjectsCommandOutput,
  ListObjectsV2Command,
  PutObjectCommand,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { send, sign } from './raw-http.ts'
import { createClient, s3Error, startServer } from './server.ts'

const server = await startServer()
const client = createClient(server)
const Bucket = 'bucket'

const put = async (...keys: readonly string[]): Promise<void> => {
  await Promise.all(keys.map((Key) => client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))))
}
const list = (options: object): Promise<ListObjectsV2CommandOutput> =>
  client.send(new ListObjectsV2Command({ Bucket, ...options }))
const keysOf = ({ Contents = [] }: ListObjectsV2CommandOutput): (string | undefined)[] => Contents.map(({ Key }) => Key)
const prefixesOf = ({ CommonPrefixes = [] }: ListObjectsV2CommandOutput): (string | undefined)[] =>
  CommonPrefixes.map(({ Prefix }) => Prefix)

describe('ListObjectsV2', () => {
  it('pages by continuation token through all keys of a prefix', async () => {
    const keys = Array.from({ length: 25 }, (_, i) => `page/${String(i).padStart(2, '0')}`)
    await put(...keys, 'pagf', 'pag')
    const found: (string | undefined)[] = []
    const counts: (number | undefined)[] = []
    let token: string | undefined
    do {
      const page = await list({ Prefix: 'page/', MaxKeys: 10, ContinuationToken: token })
      found.push(...keysOf(page))
      counts.push(page.KeyCount)
      token = page.NextContinuationToken
      expect(page.IsTruncated).toBe(token !== undefined)
    } while (token !== undefined)
    expect([found, counts]).toEqual([keys, [10, 10, 5]])
  })

  it('tells size, ETag, time and storage class of each object', async () => {
    await put('facts/a')
    const { Contents } = await list({ Prefix: 'facts/' })
    expect(Contents).toMatchObject([
      { Key: 'facts/a', Size: 1, ETag: '"9dd4e461268c8034f5c8564e155c67a6"', StorageClass: 'STANDARD' },
    ])
    expect(Contents?.[0]?.LastModified).toBeInstanceOf(Date)
  })

  it('orders keys by their UTF-8 bytes', async () => {
    const keys = ['o/A', 'o/a', 'o/é', 'o/\uFF5E', 'o/😀', 'o/x', 'o/x/y', 'o/x-y', 'o/x0', 'o/~']
    await put(...keys)
    const sorted = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    expect(keysOf(await list({ Prefix: 'o/' }))).toEqual(sorted)
  })

  it('begins behind StartAfter', async () => {
    await put('after/a', 'after/b', 'after/c')
    expect(keysOf(await list({ Prefix: 'after/', StartAfter: 'after/a' }))).toEqual(['after/b', 'after/c'])
    expect(keysOf(await list({ Prefix: 'after/', StartAfter: 'after/aa', MaxKeys: 1 }))).toEqual(['after/b'])
    expect(keysOf(await list({ Prefix: 'after/', StartAfter: 'a' }))).toHaveLength(3)
  })

  it('folds keys up to the delimiter and counts each fold once, across pages', async () => {
    await put('d/a/1', 'd/a/2', 'd/b/1', 'd/c', 'd/e/1', 'd/f')
    const whole = await list({ Prefix: 'd/', Delimiter: '/' })
    expect([prefixesOf(whole), keysOf(whole)]).toEqual([
      ['d/a/', 'd/b/', 'd/e/'],
      ['d/c', 'd/f'],
    ])
    expect(whole.KeyCount).toBe(5)
    const first = await list({ Prefix: 'd/', Delimiter: '/', MaxKeys: 1 })
    const second = await list({
      Prefix: 'd/',
      Delimiter: '/',
      MaxKeys: 1,
      ContinuationToken: first.NextContinuationToken,
    })
    expect([prefixesOf(first), prefixesOf(second)]).toEqual([['d/a/'], ['d/b/']])
  })

  it('encodes keys on demand', async () => {
    await put('enc/a b&\n')
    const page = await list({ Prefix: 'enc/', EncodingType: 'url' })
    expect([page.EncodingType, keysOf(page)]).toEqual(['url', ['enc/a%20b%26%0A']])
  })

  it('answers at most 1,000 keys, and none when asked for none', async () => {
    expect((await list({ MaxKeys: 5000 })).MaxKeys).toBe(1000)
    expect(await list({ MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false })
  })

  it('refuses parameters that it cannot read', async () => {
    await expect(list({ ContinuationToken: '???' })).rejects.toMatchObject(s3Error('InvalidArgument', 400))
    await expect(list({ MaxKeys: -1 })).rejects.toMatchObject(s3Error('InvalidArgument', 400))
    await expect(list({ EncodingType: 'base64' })).rejects.toMatchObject(s3Error('InvalidArgument', 400))
  })

  it('logs a listing under its prefix, with the keys that it answered', async () => {
    await put('logged/a', 'logged/b')
    server.requests.clear()
    await list({ Prefix: 'logged/' })
    expect(server.requests.count({ operation: 'ListObjectsV2', keyPrefix: 'logged/' })).toBe(1)
    expect(server.requests.list()).toMatchObject([
      { key: 'logged/', rangeOfKeys: { first: 'logged/a', last: 'logged/b', count: 2 } },
    ])
  })
})

describe('DeleteObjects', () => {
  const remove = (keys: readonly string[], Quiet?: boolean): Promise<DeleteObjectsCommandOutput> =>
    client.send(new DeleteObjectsCommand({ Bucket, Delete: { Quiet, Objects: keys.map((Key) => ({ Key })) } }))

  it('deletes a thousand keys at once, with any characters in them', async () => {
    const keys = Array.from({ length: 1000 }, (_, i) => `bulk/${i} &<é\r\n"`)
    await put(...keys, 'bulk/zz')
    const { Deleted = [], Errors } = await remove(keys)
    expect([Deleted.length, Errors]).toEqual([1000, undefined])
    expect(keysOf(await list({ Prefix: 'bulk/' }))).toEqual(['bulk/zz'])
  })

  it('reports only failures when quiet, and counts a missing key as deleted', async () => {
    await put('quiet')
    const quiet = await remove(['quiet', 'never'], true)
    expect([quiet.Deleted, quiet.Errors]).toEqual([undefined, undefined])
    expect((await remove(['never'])).Deleted).toEqual([{ Key: 'never' }])
  })

  it('reports each key that fails, and deletes the others', async () => {
    await put('kept', 'gone')
    const { Deleted, Errors } = await client.send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: { Objects: [{ Key: 'kept', ETag: '"other"' }, { Key: 'gone' }, { Key: 'x'.repeat(1025) }] },
      }),
    )
    expect(Deleted).toEqual([{ Key: 'gone' }])
    expect(Errors).toMatchObject([{ Key: 'kept', Code: 'PreconditionFailed' }, { Code: 'KeyTooLongError' }])
    expect(keysOf(await list({ Prefix: 'kept' }))).toEqual(['kept'])
  })

  it('refuses more than a thousand keys, and none', async () => {
    const tooMany = Array.from({ length: 1001 }, (_, i) => `k${i}`)
    await expect(remove(tooMany)).rejects.toMatchObject(s3Error('MalformedXML', 400))
    await expect(remove([])).rejects.toMatchObject(s3Error('MalformedXML', 400))
  })

  it('refuses a body that is not the right XML', async () => {
    for (const body of [
      '',
      'x',
      '<Delete><Object></Delete>',
      '<Remove/>',
      '<Delete><Object><Key/></Object></Delete>',
    ]) {
      const answer = await send(server.url, sign(server.url, { method: 'POST', path: '/bucket?delete=', body }))
      expect([answer.status, answer.body]).toEqual([400, expect.stringContaining('<Code>MalformedXML</Code>')])
    }
  })
})
