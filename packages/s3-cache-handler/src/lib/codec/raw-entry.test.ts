import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Entry } from '../entry.ts'
import { decodeObject, encodeObject, expiresAtIn } from './object-codec.ts'
import { RAW_HEAD } from './raw-entry.ts'

const entry = (value: unknown, more: Partial<Entry> = {}): Entry => ({
  kind: 'data',
  key: '@post/=1/',
  value,
  lastModified: 1_700_000_000_000,
  seen: 5,
  known: [['t:a', 3]],
  tags: ['a', 'é'],
  lifetime: { revalidate: 60, expire: 90 },
  ...more,
})
const raw = (body: string | Buffer): object => ({ codec: 'string', contentType: 'text/plain', raw: Buffer.from(body) })
const options = { compressMinBytes: 1024 }

describe('a raw entry', () => {
  it('is the bytes themselves, with their media type, and comes back whole', async () => {
    const object = await encodeObject(entry(raw('hello')), options)
    expect([object.body.toString(), object.contentType]).toEqual(['hello', 'text/plain'])
    expect(await decodeObject(object)).toEqual({ kind: 'entry', entry: entry(raw('hello')) })
    expect(expiresAtIn(object.metadata)).toBe(1_700_000_090_000)
  })

  it('is framed where its head does not fit metadata, and where conditions on its ETag are to hold', async () => {
    const manyTags = entry(raw('hello'), { tags: Array.from({ length: 200 }, (_, index) => `a long tag ${index}`) })
    const marked = entry({ ...raw('hello'), writes: [['id', 1]] })
    for (const framed of [manyTags, marked]) {
      const object = await encodeObject(framed, options)
      expect(object.body.toString('latin1', 0, 4)).toBe('s3ce')
      expect(await decodeObject(object)).toEqual({ kind: 'entry', entry: framed })
    }
  })

  it('gives a value, whole and right, or none: however it is cut or a bit of it flips', async () => {
    const body = Buffer.from(Array.from({ length: 300 }, (_, index) => index % 256))
    const object = await encodeObject(entry(raw(body)), options)
    const head = object.metadata?.[RAW_HEAD] ?? ''
    const damaged = [
      ...Array.from({ length: 300 }, (_, length) => ({ ...object, body: body.subarray(0, length) })),
      ...Array.from({ length: 300 * 8 }, (_, bit) => ({ ...object, body: flipped(body, bit) })),
      ...Array.from({ length: head.length }, (_, length) => ({
        ...object,
        metadata: { [RAW_HEAD]: head.slice(0, length) },
      })),
      ...Array.from(head, (character, index) => {
        const other = character === 'A' ? 'B' : 'A'
        return { ...object, metadata: { [RAW_HEAD]: head.slice(0, index) + other + head.slice(index + 1) } }
      }),
    ]
    for (const bad of damaged) {
      const result = await decodeObject(bad)
      if (result.kind === 'entry') expect(result).toEqual({ kind: 'entry', entry: entry(raw(body)) })
    }
    const results = await Promise.all(damaged.map(async (bad) => await decodeObject(bad)))
    expect(results.filter(({ kind }) => kind === 'corrupt').length).toBeGreaterThan(damaged.length - 10)
  })

  it('of version 1 is read for ever', async () => {
    const golden = readFileSync(new URL('golden/raw-entry-v1.json', import.meta.url), 'utf8')
    const { head, body } = JSON.parse(golden) as { head: string; body: string }
    const object = { body: Buffer.from(body), metadata: { [RAW_HEAD]: head } }
    expect(await decodeObject(object)).toEqual({ kind: 'entry', entry: entry(raw('hello')) })
  })
})

function flipped(bytes: Buffer, bit: number): Buffer {
  const copy = Buffer.from(bytes)
  copy.writeUInt8(copy.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
  return copy
}
