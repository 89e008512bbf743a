import { describe, expect, it } from 'vitest'
import { roundTrip } from '../../../test/data/round-trip.ts'

describe('errors come back', () => {
  it('with what they carry', async () => {
    const error = Object.assign(new RangeError('too far', { cause: new Error('why') }), { code: 'ERR_FAR' })
    const back = (await roundTrip({ error })) as { error: RangeError & { code: string } }
    expect(back.error).toBeInstanceOf(RangeError)
    expect([back.error.message, back.error.code, back.error.stack]).toEqual(['too far', 'ERR_FAR', error.stack])
    expect((back.error.cause as Error).message).toBe('why')
    class OwnError extends Error {
      override readonly name = 'OwnError'
    }
    expect(await roundTrip(new OwnError('x'))).toMatchObject({ name: 'OwnError', message: 'x' })
  })

  it('that hold themselves, or each other', async () => {
    const one: Error & { self?: unknown } = new Error('one')
    const other = new RangeError('other', { cause: one })
    one.cause = other
    one.self = one
    const back = (await roundTrip({ other })) as { other: RangeError & { cause: typeof one } }
    expect(back.other).toBeInstanceOf(RangeError)
    expect(back.other.cause).toMatchObject({ message: 'one', stack: one.stack })
    expect(back.other.cause.self).toBe(back.other.cause)
    expect(back.other.cause.cause).toBe(back.other)
  })

  it('with their errors, where they are many in one', async () => {
    const back = await roundTrip(new AggregateError([new TypeError('a'), 'b'], 'many', { cause: 1 }))
    expect(back).toBeInstanceOf(AggregateError)
    expect(back).toMatchObject({ message: 'many', errors: [new TypeError('a'), 'b'], cause: 1 })
    expect(Object.keys(back as object)).toEqual([])
  })

  it('without their functions and symbols', async () => {
    const more = { status: 404, toJSON: () => 'x', kind: Symbol('kind'), [Symbol('own')]: 1 }
    const back = (await roundTrip(Object.assign(new Error('x', { cause: () => 1 }), more))) as Error
    expect(Object.entries(back)).toEqual([['status', 404]])
    expect([back.message, Reflect.ownKeys(back)]).toEqual(['x', ['stack', 'message', 'status']])
  })
})
