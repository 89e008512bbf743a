import { describe, expect, it } from 'vitest'
import { roundTrip } from '../../../test/data/round-trip.ts'
import { isSameStructure } from '../../../test/data/same-structure.ts'
import { createValueCodec, type ValueCodecOptions } from './value-codec.ts'

class Money {
  readonly cents: bigint
  constructor(cents: bigint) {
    this.cents = cents
  }
}

const money = {
  is: (value: unknown): value is Money => value instanceof Money,
  encode: ({ cents }: Money) => cents,
  decode: (cents: bigint) => new Money(cents),
}

describe('values come back as they were', () => {
  it('of the types that the language has', async () => {
    const value = {
      date: new Date(5),
      map: new Map<unknown, unknown>([[{ a: 1 }, new Set([1n, 'x'])]]),
      pattern: /a+/gi,
      url: new URL('https://example.org/a?b=c'),
      query: new URLSearchParams('a=1&a=2'),
      bytes: new Uint8Array([0, 255]),
      floats: new Float64Array([0.5, -0]),
      odd: [undefined, null, NaN, -0, Infinity, 10n ** 30n],
      lone: '\ud800',
    }
    expect(await roundTrip(value)).toEqual(value)
    expect(Object.is(((await roundTrip({ zero: -0 })) as { zero: number }).zero, -0)).toBe(true)
  })

  it('with circles and what is shared', async () => {
    const shared = { n: 1 }
    const circle: Record<string, unknown> = { one: shared, other: shared }
    circle['self'] = circle
    const back = (await roundTrip(circle)) as typeof circle
    expect(back['self']).toBe(back)
    expect(back['one']).toBe(back['other'])
  })

  it('strings and bytes, raw, each as what it was', async () => {
    const codec = createValueCodec({})
    expect(await codec.encode('hé')).toEqual({
      codec: 'string',
      raw: Buffer.from('hé'),
      contentType: 'text/plain; charset=utf-8',
    })
    expect(await codec.encode('<p>', 'text/html')).toMatchObject({ contentType: 'text/html' })
    const bytes = [Buffer.from([1, 2]), new Uint8Array([1, 2]), new Uint8Array([1, 2]).buffer]
    for (const value of bytes) {
      const back = await roundTrip(value)
      expect(await isSameStructure(back, value)).toBe(true)
    }
    expect(await roundTrip('\ud800 alone')).toBe('\ud800 alone')
  })

  it('Buffers inside of other values, without the memory that they are a view of', async () => {
    const secret = Buffer.from('a secret beside it')
    const value = { bytes: secret.subarray(0, 1), none: Buffer.alloc(0) }
    expect(await isSameStructure(await roundTrip(value), value)).toBe(true)
    expect(JSON.stringify(await createValueCodec({}).encode(value))).not.toContain(
      secret.toString('base64').slice(4, -4),
    )
  })

  it('types of one’s own, by their name', async () => {
    const options = { types: { Money: money } } as ValueCodecOptions
    expect(await roundTrip({ price: new Money(250n) }, options)).toEqual({ price: new Money(250n) })
    await expect(roundTrip({ price: new Money(250n) })).rejects.toMatchObject({ code: 'ERR_UNENCODABLE_VALUE' })
  })

  it('types of one’s own under any name, beside what the language calls so', async () => {
    for (const name of ['Date', 'Promise', 'Error', 'Map', 'Buffer', 'null', 'a"b\\', '\ud800', '__proto__', '']) {
      const types = Object.fromEntries([[name, money]]) as ValueCodecOptions['types']
      const value = [new Money(1n), new Date(5), Promise.resolve(1), new Error('x'), new Map(), Buffer.of(1)]
      expect(await isSameStructure(await roundTrip(value, { types }), value)).toBe(true)
    }
  })
})

describe('what cannot be stored', () => {
  it('is refused: functions, symbols, instances of unknown classes, promises that reject', async () => {
    for (const value of [() => 1, Symbol('s'), new Money(1n), { later: Promise.reject(new Error('no')) }]) {
      await expect(roundTrip(value)).rejects.toMatchObject({ code: 'ERR_UNENCODABLE_VALUE' })
    }
  })

  it('is refused: what holds itself through a type of one’s own', async () => {
    class Parent {
      readonly children: unknown[] = []
    }
    const parent = {
      is: (value: unknown): value is Parent => value instanceof Parent,
      encode: ({ children }: Parent) => children,
      decode: (children: unknown[]) => Object.assign(new Parent(), { children }),
    }
    const options = { types: { Parent: parent } } as ValueCodecOptions
    const value = new Parent()
    expect(await roundTrip([value, value], options)).toEqual([value, value])
    value.children.push({ parent: value })
    const refusal = { code: 'ERR_UNENCODABLE_VALUE', message: expect.stringContaining('"Parent" holds itself') }
    await expect(roundTrip(value, options)).rejects.toMatchObject(refusal)
    value.children[0] = Promise.resolve(value)
    await expect(roundTrip(value, options)).rejects.toMatchObject(refusal)
  })

  it('is refused: what a codec makes no text of', async () => {
    const codec = { name: 'json', stringify: JSON.stringify, parse: JSON.parse as (text: string) => unknown }
    await expect(roundTrip(() => 1, { codec })).rejects.toMatchObject({
      code: 'ERR_UNENCODABLE_VALUE',
      message: 'The value cannot be stored: the codec "json" made undefined of it, and no text',
    })
  })

  it('or was stored by another codec, is no value', async () => {
    const other = {
      name: 'json',
      stringify: (value: unknown) => JSON.stringify(value),
      parse: JSON.parse as (text: string) => unknown,
    }
    const stored = await createValueCodec({ codec: other }).encode({ a: 1 })
    expect(createValueCodec({ codec: other }).decode(stored)).toEqual({ a: 1 })
    expect(() => createValueCodec({}).decode(stored)).toThrow('stored by the codec "json", not "devalue"')
  })
})
