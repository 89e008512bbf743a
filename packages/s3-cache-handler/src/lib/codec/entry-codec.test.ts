import { readFileSync } from 'node:fs'
import zlib from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../test/property.ts'
import type { Entry } from '../entry.ts'
import { frame } from '../frame.ts'
import { decodeEntry, encodeEntry } from './entry-codec.ts'

const bytes = fc.uint8Array({ maxLength: 600 }).map((array) => Buffer.from(array))
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.constant('<p>ü😀</p>'.repeat(60)),
  fc.constant('\ud800'.repeat(300)),
)
const number = fc.oneof(fc.double(), fc.constantFrom(0, -0, -1, 4_294_967_294, NaN, Infinity, -Infinity))
const { tree: value } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, undefined, true, false, '', '__proto__'),
    number,
    text,
    bytes,
    fc.uint8Array({ maxLength: 40 }),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), tie('tree'), { maxKeys: 4, noNullPrototype: true }),
    fc.array(fc.tuple(fc.string(), tie('tree')), { maxLength: 4 }).map((pairs) => new Map(pairs)),
  ),
}))
const entry: fc.Arbitrary<Entry> = fc.record(
  {
    kind: fc.constantFrom('page' as const, 'fetch' as const, 'use-cache' as const, 'image' as const, 'data' as const),
    key: fc.string({ unit: 'grapheme' }),
    value,
    lastModified: fc.nat(),
    seen: fc.nat(),
    tags: fc.array(fc.string(), { maxLength: 5 }),
    lifetime: fc.option(
      fc.record(
        {
          revalidate: fc.oneof(fc.nat(), fc.constant(false as const)),
          expire: fc.constantFrom(undefined, 5, Infinity),
        },
        { noNullPrototype: true },
      ),
      { nil: undefined },
    ),
  },
  { noNullPrototype: true },
)
const compressMinBytes = fc.constantFrom(0, 1024, Number.MAX_SAFE_INTEGER)

describe('an encoded entry', () => {
  it('decodes to the identical entry, compressed or not', async () => {
    await fc.assert(
      fc.asyncProperty(entry, compressMinBytes, async (original, threshold) => {
        const encoded = await encodeEntry(original, { compressMinBytes: threshold })
        expect(await decodeEntry(encoded)).toStrictEqual({ kind: 'entry', entry: original })
      }),
      runs(300),
    )
  })

  it('keeps Buffers, Maps and their order, absent and undefined fields apart', async () => {
    const original = page({
      rscData: undefined,
      segmentData: new Map([
        ['/_tree', Buffer.from([0, 255])],
        ['/_full', Buffer.alloc(0)],
      ]),
      every: Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
    })
    const result = await decodeEntry(await encodeEntry(original, { compressMinBytes: 0 }))
    if (result.kind !== 'entry') expect.fail(result.reason)
    expect(result.entry.value).toStrictEqual(original.value)
    expect(Object.keys(result.entry.value as object)).toEqual(Object.keys(original.value as object))
  })

  it('is a miss or the identical entry after any truncation and any flipped bit', async () => {
    const random = fc.infiniteStream(fc.nat())
    await fc.assert(
      fc.asyncProperty(entry, compressMinBytes, random, async (original, threshold, random) => {
        const encoded = await encodeEntry(original, { compressMinBytes: threshold })
        for (let length = 0; length < Math.min(encoded.length, 4096); length++) {
          expect((await decodeEntry(encoded.subarray(0, length))).kind).toBe('corrupt')
        }
        for (let flips = 0; flips < 500; flips++) {
          const damaged = Buffer.from(encoded)
          const bit = Number(random.next().value) % (encoded.length * 8)
          damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
          const result = await decodeEntry(damaged)
          if (result.kind === 'entry') expect(result.entry).toStrictEqual(original)
        }
      }),
      runs(200),
    )
  }, 120_000)

  it.each([undefined, null, '1e9', NaN, -1, 5])(
    'is corrupt, and unpacked no further, when its body is to have %s bytes',
    async (bodyBytes) => {
      const body = Buffer.from(JSON.stringify('x'.repeat(1_000_000)))
      const about = { kind: 'page', key: '/', lastModified: 1, seen: 0, tags: [], lifetime: { revalidate: false } }
      const encode = (claimed: unknown): Buffer => {
        const header = { ...about, encoding: 'gzip', bodyBytes: claimed, sections: [body.length] }
        return frame({ magic: 's3ce', version: 1, name: '' }, Buffer.from(JSON.stringify(header)), [
          zlib.gzipSync(body),
        ])
      }
      expect((await decodeEntry(encode(body.length))).kind).toBe('entry')
      expect((await decodeEntry(encode(bodyBytes))).kind).toBe('corrupt')
    },
  )

  it('is corrupt when bytes follow it', async () => {
    const encoded = await encodeEntry(page({}), { compressMinBytes: 0 })
    expect((await decodeEntry(Buffer.concat([encoded, Buffer.from('x')]))).kind).toBe('corrupt')
  })

  it('of a newer version is corrupt, and the reason says so', async () => {
    const encoded = await encodeEntry(page({}), { compressMinBytes: 0 })
    encoded[4] = 2
    expect(await decodeEntry(encoded)).toEqual({
      kind: 'corrupt',
      reason: 'version 2 is not 1, the one this release reads',
    })
  })

  it('takes no more room than its raw bytes and 1 KB', async () => {
    const incompressible = Buffer.from(Array.from({ length: 50_000 }, (_, index) => (index * 7919 * index) % 251))
    const encoded = await encodeEntry(page({ incompressible }), { compressMinBytes: Number.MAX_SAFE_INTEGER })
    expect(encoded.length).toBeLessThan(incompressible.length + 1024)
  })

  it('is smaller than its text when that compresses', async () => {
    const encoded = await encodeEntry(page({ html: '<li>news</li>'.repeat(1000) }), { compressMinBytes: 1024 })
    expect(encoded.length).toBeLessThan(1000)
  })

  it('cannot hold a function, a symbol or an instance of a class', async () => {
    const options = { compressMinBytes: 0 }
    await expect(encodeEntry(page({ f: () => 1 }), options)).rejects.toMatchObject({ code: 'ERR_UNENCODABLE_VALUE' })
    await expect(encodeEntry(page({ s: Symbol('s') }), options)).rejects.toMatchObject({
      code: 'ERR_UNENCODABLE_VALUE',
    })
    await expect(encodeEntry(page({ d: new Date() }), options)).rejects.toThrow('an instance of Date')
  })
})

describe('version 1', () => {
  const golden = (name: string): Buffer => readFileSync(new URL(`golden/${name}.bin`, import.meta.url))

  it('is read as it was first written, for ever', async () => {
    for (const name of ['entry-v1', 'entry-v1-br']) {
      expect(await decodeEntry(golden(name)), name).toStrictEqual({ kind: 'entry', entry: goldenEntry })
    }
  })

  it('that zstd has compressed is read where Node has it, and says what is missing where not', async () => {
    const expected =
      'zstdDecompress' in zlib
        ? { kind: 'entry', entry: goldenEntry }
        : { kind: 'corrupt', reason: 'compressed with zstd, which Node has from 22.15 on' }
    expect(await decodeEntry(golden('entry-v1-zstd'))).toStrictEqual(expected)
  })
})

const page = (value: unknown): Entry => ({
  kind: 'page',
  key: '/a',
  value,
  lastModified: 1,
  seen: 0,
  tags: [],
  lifetime: { revalidate: 60 },
})

const goldenEntry: Entry = {
  kind: 'page',
  key: '/route-cache/APP_PAGE/ab12/$/blog/é',
  value: {
    kind: 'APP_PAGE',
    html: '<p>Grüße 😀</p>'.repeat(40),
    rscData: Buffer.from([0, 127, 128, 255]),
    postponed: undefined,
    headers: { 'x-next-cache-tags': 'news,_N_T_/layout' },
    status: 200,
    segmentData: new Map([['/_tree', Buffer.from('tree')]]),
  },
  lastModified: 1_795_000_000_000,
  seen: 1_794_999_999_000,
  tags: ['news', '_N_T_/layout'],
  lifetime: { revalidate: 60, expire: 31_536_000 },
}
