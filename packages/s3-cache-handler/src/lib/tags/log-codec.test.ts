import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../test/property.ts'
import { frame } from '../frame.ts'
import type { TagState } from '../tag-state.ts'
import { decodeEvents, encodeEvents } from './log-codec.ts'
import { addressSubject, AGED, prefixSubject, type Subject, tagSubject } from './subjects.ts'
import { TagFold } from './tag-fold.ts'

const fold = (states: readonly (readonly [Subject, TagState])[]): TagFold => {
  const result = new TagFold()
  for (const [subject, state] of states) result.add(subject, state, -Infinity)
  return result
}

const stamp = fc.nat(2 ** 50)
const subject = fc.oneof(
  fc.string({ unit: 'binary' }).map(tagSubject),
  fc.string().map(addressSubject),
  fc.string().map(prefixSubject),
  fc.constant(AGED),
)
const state = fc.record({
  hardAt: fc.oneof(fc.constant(-Infinity), stamp),
  soft: fc.array(fc.record({ at: stamp, deadline: fc.oneof(fc.constant(Infinity), stamp) }), { maxLength: 5 }),
})
const events = fc.array(fc.tuple(subject, state), { minLength: 1, maxLength: 20 }).map(fold)

const sorted = (of: TagFold): unknown => [...of].toSorted(([a], [b]) => (a < b ? -1 : 1))

describe('a log object', () => {
  it('gives back every event, whatever the tag', () => {
    fc.assert(
      fc.property(events, (written) => {
        const decoded = decodeEvents(encodeEvents(written))
        expect(decoded.kind === 'events' && sorted(decoded.events)).toEqual(sorted(written))
        expect(decoded.kind === 'events' && decoded.events.highest).toBe(written.highest)
      }),
      runs(300),
    )
  })

  it('is the same bytes in whatever order the events came', () => {
    fc.assert(
      fc.property(events, (written) => {
        const reversed = fold([...written].toReversed())
        expect(encodeEvents(reversed).equals(encodeEvents(written))).toBe(true)
      }),
      runs(300),
    )
  })

  it('is corrupt, never other events, after any truncation and any flipped bit', () => {
    const bytes = encodeEvents(fold([[tagSubject('news'), { hardAt: 5, soft: [{ at: 6, deadline: 7 }] }]]))
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeEvents(bytes.subarray(0, length)).kind).toBe('corrupt')
    }
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(decodeEvents(flipped).kind).toBe('corrupt')
    }
  })

  it('that is intact but holds no events is corrupt', () => {
    const format = { magic: 's3tl', version: 1, name: 'tag log object' }
    for (const json of ['', '{}', '[1]', '[["x:a",1]]', '[["t:a",1,2]]', '[["t:a",null,null,5]]', '[["t:a","1"]]']) {
      expect(decodeEvents(frame(format, Buffer.alloc(0), [Buffer.from(json)])).kind, json).toBe('corrupt')
    }
  })

  it('of version 1 is read for ever', () => {
    const golden = readFileSync(new URL('golden/tag-log-v1.bin', import.meta.url))
    const decoded = decodeEvents(golden)
    expect(decoded.kind === 'events' && sorted(decoded.events)).toEqual([
      [addressSubject('d1/page//a'), { hardAt: -Infinity, soft: [{ at: 1_795_000_000_001, deadline: Infinity }] }],
      [prefixSubject(''), { hardAt: 1_700_000_000_000, soft: [] }],
      [
        tagSubject('ünews'),
        { hardAt: 1_795_000_000_000, soft: [{ at: 1_795_000_000_002, deadline: 1_826_000_000_000 }] },
      ],
    ])
  })
})
