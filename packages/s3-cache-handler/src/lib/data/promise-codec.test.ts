import { describe, expect, it } from 'vitest'
import { roundTrip } from '../../../test/data/round-trip.ts'
import { isSameStructure } from '../../../test/data/same-structure.ts'
import { createValueCodec } from './value-codec.ts'

describe('promises come back', () => {
  it('as promises, also inside of what they give', async () => {
    const back = (await roundTrip({ later: Promise.resolve({ day: new Date(1), next: Promise.resolve(2) }) })) as {
      later: Promise<{ day: Date; next: Promise<number> }>
    }
    expect(back.later).toBeInstanceOf(Promise)
    const { day, next } = await back.later
    expect([day, await next]).toEqual([new Date(1), 2])
    expect(next).toBeInstanceOf(Promise)
  })

  it('that give what is there already', async () => {
    const value = { one: 1, later: Promise.resolve(1), soon: Promise.resolve(1) }
    expect(await isSameStructure(await roundTrip(value), value)).toBe(true)
    expect(await ((await roundTrip(Promise.resolve(undefined))) as Promise<unknown>)).toBe(undefined)
    // oxlint-disable-next-line unicorn/no-thenable
    const thenable = { then: (resolve: (value: unknown) => void) => resolve(1) }
    expect(await isSameStructure(await roundTrip([1, thenable]), [1, Promise.resolve(1)])).toBe(true)
  })

  it('that give what holds them', async () => {
    const value: Record<string, unknown> = {}
    value['later'] = Promise.resolve(value)
    const back = (await roundTrip(value)) as typeof value
    expect(await back['later']).toBe(back)
    const promise = Promise.resolve(value)
    value['later'] = promise
    const codec = createValueCodec({})
    const again = codec.decode(await codec.encode(promise)) as typeof promise
    expect((await again)['later']).toBe(again)
  })
})
