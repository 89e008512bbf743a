import { describe, expect, it } from 'vitest'
import type { Reply } from '../http/reply.ts'
import type { Fault } from './fault.ts'
import { spoilReply } from './spoil-reply.ts'

const body = Buffer.from('012345678')
const reply: Reply = { status: 200, headers: { etag: '"e"', 'content-length': '9' }, body }
const spoil = (kind: 'truncate' | 'flip', firing = 1): Reply => spoilReply(reply, { fault: { kind }, firing })

/** The positions of the bits in which two bodies of one length differ. */
function differingBits(one: Uint8Array, other: Uint8Array): number[] {
  const positions = Array.from({ length: one.length * 8 }, (_, bit) => bit)
  return positions.filter((bit) => (((one[bit >> 3] ?? 0) ^ (other[bit >> 3] ?? 0)) >> (bit & 7)) & 1)
}

describe('spoilReply', () => {
  it('leaves the first half of a truncated body, with a length that fits and the head as it was', () => {
    expect(spoil('truncate')).toEqual({
      status: 200,
      headers: { etag: '"e"', 'content-length': '4' },
      body: Buffer.from('0123'),
    })
  })

  it('flips one bit, the same one for the same firing, and leaves the original as it is', () => {
    const flipped = spoil('flip')
    expect(flipped).toMatchObject({ status: 200, headers: reply.headers })
    expect(differingBits(body, flipped.body as Uint8Array)).toHaveLength(1)
    expect(spoil('flip')).toEqual(flipped)
    expect(body.toString()).toBe('012345678')
  })

  it('flips bits all over the body when its rule fires again and again', () => {
    const bits = Array.from({ length: 72 }, (_, index) =>
      differingBits(body, spoil('flip', index + 1).body as Uint8Array),
    )
    const bytes = new Set(bits.flat().map((bit) => bit >> 3))
    expect(new Set(bits.flat()).size).toBeGreaterThan(50)
    expect(bytes.size).toBe(body.length)
  })

  it('changes no answer without a body, nor one that meets another fault', () => {
    const empty: Reply = { status: 200, headers: { 'content-length': '9' } }
    expect(spoilReply(empty, { fault: { kind: 'truncate' }, firing: 1 })).toBe(empty)
    const others: Fault[] = [{ kind: 'reset' }, { kind: 'drip', ms: 1 }]
    for (const fault of others) expect(spoilReply(reply, { fault, firing: 1 })).toBe(reply)
  })
})
