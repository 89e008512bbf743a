import { expect, it } from 'vitest'
import type { Bucket, Store, StoredObject } from '../src/lib/store/store.ts'

const object = (text: string, headers: Record<string, string> = {}): StoredObject => ({
  info: { size: Buffer.byteLength(text), etag: `"${text}"`, lastModified: 1_000, headers },
  body: Buffer.from(text),
})

const version = (i: number): StoredObject => object(String(i % 10).repeat(100_000 + i))

const refuse = (): never => {
  throw new Error('refused')
}

const textOf = async (bucket: Bucket, key: string): Promise<string | undefined> => {
  const found = await bucket.get(key)
  return found && Buffer.from(found.body).toString()
}

/** What every store must do. Call it inside a `describe`, with a function that creates an empty store. */
export function storeSuite(create: () => Store): void {
  const open = async (): Promise<Bucket> => {
    const store = create()
    await store.createBucket('bucket')
    const bucket = store.bucket('bucket')
    if (bucket === undefined) throw new Error('the bucket was not created')
    return bucket
  }
  objectTests(open)
  keyTests(open)
  writeTests(open)
  bucketTests(create)
}

function objectTests(open: () => Promise<Bucket>): void {
  it('returns an object as it was put, and nothing for a key that was not', async () => {
    const bucket = await open()
    const stored = object('hello', { 'content-type': 'text/plain' })
    await bucket.put('key', { ...stored, info: { ...stored.info, checksum: { algorithm: 'crc32', value: 'x' } } })
    expect(await textOf(bucket, 'key')).toBe('hello')
    expect((await bucket.get('key'))?.info).toMatchObject({
      ...stored.info,
      checksum: { algorithm: 'crc32', value: 'x' },
    })
    expect(bucket.objects.get('key')).toEqual((await bucket.get('key'))?.info)
    expect(await bucket.get('other')).toBeUndefined()
  })

  it('replaces an object whole', async () => {
    const bucket = await open()
    await bucket.put('key', object('first', { 'x-amz-meta-a': '1' }))
    await bucket.put('key', object('2'))
    expect(await bucket.get('key')).toMatchObject({ info: { size: 1, headers: {} } })
    expect(await textOf(bucket, 'key')).toBe('2')
    expect(bucket.objects.size).toBe(1)
  })
}

function keyTests(open: () => Promise<Bucket>): void {
  it('tells keys apart that a file system might confuse', async () => {
    const bucket = await open()
    const keys = [
      'a',
      'A',
      'a/',
      'a/b',
      '/a',
      '../a',
      './a',
      'a\\b',
      'é',
      'e\u0301',
      '\n',
      '\0',
      ' ',
      'x'.repeat(1024),
      '%2F',
    ]
    for (const key of keys) await bucket.put(key, object(`at ${key}`))
    for (const key of keys) expect(await textOf(bucket, key)).toBe(`at ${key}`)
    expect(bucket.objects.size).toBe(keys.length)
  })

  it('deletes an object, and one that is not there too', async () => {
    const bucket = await open()
    await bucket.put('key', object('x'))
    await bucket.delete('key')
    await bucket.delete('key')
    expect([await bucket.get('key'), bucket.objects.size]).toEqual([undefined, 0])
  })
}

function writeTests(open: () => Promise<Bucket>): void {
  it('changes nothing when a check throws', async () => {
    const bucket = await open()
    await bucket.put('key', object('x'))
    await expect(bucket.put('key', object('y'), refuse)).rejects.toThrow('refused')
    await expect(bucket.delete('key', refuse)).rejects.toThrow('refused')
    expect(await textOf(bucket, 'key')).toBe('x')
  })

  it('lets exactly one of many writers through that ask for a missing object', async () => {
    const bucket = await open()
    const writes = Array.from({ length: 20 }, (_, i) =>
      bucket.put('key', object(`v${i}`), (current) => {
        if (current !== undefined) throw new Error('exists')
      }),
    )
    const winners = (await Promise.allSettled(writes)).flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []))
    expect(winners).toHaveLength(1)
    expect(await textOf(bucket, 'key')).toBe(`v${winners[0]}`)
  })

  it('shows readers one version or another, never a mixture', async () => {
    const bucket = await open()
    await bucket.put('key', version(0))
    const writing = Promise.all(Array.from({ length: 30 }, (_, i) => bucket.put('key', version(i))))
    const reads = await Promise.all(Array.from({ length: 60 }, () => bucket.get('key')))
    await writing
    for (const read of reads) expect(read?.info.etag).toBe(`"${Buffer.from(read?.body ?? []).toString()}"`)
  })
}

function bucketTests(create: () => Store): void {
  it('creates a bucket once, lists buckets by name and deletes only an empty one', async () => {
    const store = create()
    expect([await store.createBucket('b-2'), await store.createBucket('a-1')]).toEqual([true, true])
    expect(await store.createBucket('a-1')).toBe(false)
    expect(store.buckets().map(({ name }) => name)).toEqual(['a-1', 'b-2'])
    await store.bucket('a-1')?.put('key', object('x'))
    expect(await store.deleteBucket('a-1')).toBe(false)
    await store.bucket('a-1')?.delete('key')
    expect(await store.deleteBucket('a-1')).toBe(true)
    expect(store.bucket('a-1')).toBeUndefined()
  })
}
