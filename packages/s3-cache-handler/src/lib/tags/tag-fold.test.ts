import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../test/property.ts'
import { highestStamp, roundedDeadline, type TagState } from '../tag-state.ts'
import { pruneEvents } from './prune-events.ts'
import { addressSubject, AGED, prefixSubject, type Subject, tagSubject } from './subjects.ts'
import { TagFold } from './tag-fold.ts'

const DAY_SECONDS = 24 * 60 * 60

const hard = (at: number): TagState => ({ hardAt: at, soft: [] })

describe('a fold', () => {
  it('finds what is about an entry: its tags, its addresses, and prefixes of those', () => {
    const fold = new TagFold()
    const subjects: Subject[] = [tagSubject('a'), addressSubject('d/page//a'), prefixSubject('d/page//'), AGED]
    subjects.forEach((subject, index) => fold.add(subject, hard(index + 1), 0))
    const found = (tags: string[], addresses: string[]): number[] =>
      fold.matching({ tags, addresses }).map(({ state }) => state.hardAt)
    expect(found(['a'], ['d/page//a'])).toEqual([1, 2, 3, 4])
    expect(found(['b'], ['d/page//b'])).toEqual([3, 4])
    expect(found([], ['d/page'])).toEqual([4])
    expect(found(['d/page//a'], [])).toEqual([4])
    expect(fold.highest).toBe(4)
  })

  it('tells what an entry carries from what only its reader adds', () => {
    const fold = new TagFold()
    for (const tag of ['own', 'both', 'reader']) fold.add(tagSubject(tag), hard(1), 0)
    const found = fold.matching({ tags: ['own', 'both'], readerTags: ['both', 'reader'], addresses: [] })
    expect(found.map(({ subject, isOwn }) => [subject, isOwn])).toEqual([
      ['t:own', true],
      ['t:both', true],
      ['t:reader', false],
    ])
  })

  it('finds a tag with commas among the parts that Next makes of it', () => {
    const fold = new TagFold()
    for (const tag of ['a,b', 'c,,d']) fold.add(tagSubject(tag), hard(1), 0)
    const found = (tags: string[]): unknown[] =>
      fold.matching({ tags, addresses: [] }).map(({ subject, isOwn }) => [subject, isOwn])
    expect(found(['x', 'a', 'b', 'y'])).toEqual([['t:a,b', true]])
    expect(found(['a,b'])).toEqual([['t:a,b', true]])
    expect(found(['x', 'c', '', 'd'])).toEqual([['t:c,,d', true]])
    for (const tags of [['a'], ['b', 'a'], ['a', 'x', 'b'], ['c', 'd']]) expect(found(tags)).toEqual([])
  })

  it('finds a prefix wherever an address begins with it, as a scan would', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 6 })
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), text, (prefixes, address) => {
        const fold = new TagFold()
        prefixes.forEach((prefix, index) => fold.add(prefixSubject(prefix), hard(index + 1), 0))
        const expected = new Set(prefixes.filter((prefix) => address.startsWith(prefix)))
        expect(fold.matching({ tags: [], addresses: [address] })).toHaveLength(expected.size)
      }),
      runs(1000),
    )
  })

  it('keeps few soft events, however often a tag is invalidated and for however long', () => {
    const expireSeconds = fc.constantFrom(5, 300, DAY_SECONDS, 365 * DAY_SECONDS)
    fc.assert(
      fc.property(expireSeconds, fc.integer({ min: 1, max: 60_000 }), (seconds, everyMs) => {
        let now = 1_700_000_000_000
        const fold = new TagFold()
        for (let call = 0; call < 2000; call++) {
          now += everyMs
          fold.add(
            tagSubject('t'),
            { hardAt: -Infinity, soft: [{ at: now, deadline: roundedDeadline(now, seconds) }] },
            now,
          )
        }
        expect(fold.matching({ tags: ['t'], addresses: [] })[0]?.state.soft.length).toBeLessThanOrEqual(33)
      }),
      runs(40),
    )
  })
})

it('rounds a deadline down, by a sixteenth of the time at most', () => {
  const seconds = fc.integer({ min: 1, max: 400 * DAY_SECONDS })
  fc.assert(
    fc.property(seconds, fc.nat(1_000_000_000), (expireSeconds, startMs) => {
      const now = 1_700_000_000_000 + startMs
      const deadline = roundedDeadline(now, expireSeconds)
      expect(deadline).toBeLessThanOrEqual(now + expireSeconds * 1000)
      expect(deadline).toBeGreaterThan(now + Math.floor((expireSeconds * 1000 * 15) / 16) - 1)
    }),
    runs(1000),
  )
})

describe('pruning', () => {
  const ages = fc.array(
    fc.record({
      tag: fc.constantFrom('a', 'b', 'c'),
      at: fc.nat(100),
      deadline: fc.option(fc.nat(200), { nil: undefined }),
    }),
  )

  it('keeps what is young, and takes all that what is old would have taken', () => {
    fc.assert(
      fc.property(ages, fc.nat(100), fc.nat(100), (events, before, seen) => {
        const fold = new TagFold()
        for (const { tag, at, deadline } of events) {
          const state = deadline === undefined ? hard(at) : { hardAt: -Infinity, soft: [{ at, deadline }] }
          fold.add(tagSubject(tag), state, -Infinity)
        }
        const pruned = pruneEvents(fold, (at) => at < before)
        expect(pruned.highest).toBe(fold.highest)
        for (const tag of ['a', 'b', 'c']) {
          const marks = { tags: [tag], addresses: ['d/page//x'] }
          const hits = (of: TagFold): boolean => of.matching(marks).some(({ state }) => highestStamp(state) > seen)
          if (hits(fold)) expect(hits(pruned)).toBe(true)
          if (seen >= before) expect(hits(pruned)).toBe(hits(fold))
        }
      }),
      runs(1000),
    )
  })
})
