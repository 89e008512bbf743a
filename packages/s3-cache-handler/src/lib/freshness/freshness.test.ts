import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../test/property.ts'
import type { Entry } from '../entry.ts'
import {
  addTagEvent,
  joinTagStates,
  type KnownEvents,
  NO_EVENTS,
  settleTagState,
  type TagEvent,
  type TagState,
} from '../tag-state.ts'
import { type Freshness, judge, overall } from './freshness.ts'

/** The reference: every event of every tag in one list, scanned anew for every question. */
interface PastEvent {
  readonly tag: string
  readonly at: number
  /** Absent: hard. */
  readonly deadline?: number
}

function expectedByTags(seen: number, tags: readonly string[], events: readonly PastEvent[], now: number): Freshness {
  const hits = events.filter((event) => tags.includes(event.tag) && event.at > seen)
  if (hits.some(({ deadline }) => deadline === undefined || deadline <= now)) return 'expired'
  return hits.length > 0 ? 'stale' : 'fresh'
}

const tag = fc.constantFrom('a', 'b', 'c')
const pastEvent: fc.Arbitrary<PastEvent> = fc.oneof(
  fc.record({ tag, at: fc.nat(20) }),
  fc.record({ tag, at: fc.nat(20), deadline: fc.oneof(fc.nat(40), fc.constant(Infinity)) }),
)
const events = fc.array(pastEvent, { maxLength: 12 })

type Add = (state: TagState, event: TagEvent) => TagState

function fold(past: readonly PastEvent[], add: Add = addTagEvent): Map<string, TagState> {
  const states = new Map<string, TagState>()
  for (const { tag, at, deadline } of past) {
    const event: TagEvent = deadline === undefined ? { kind: 'hard', at } : { kind: 'soft', at, deadline }
    states.set(tag, add(states.get(tag) ?? NO_EVENTS, event))
  }
  return states
}

const entry = (fields: Partial<Entry>): Entry => ({
  kind: 'page',
  key: 'k',
  value: null,
  lastModified: 0,
  seen: 0,
  tags: [],
  ...fields,
})

/** All that the log holds about these tags. */
const known = (states: ReadonlyMap<string, TagState>, tags: readonly string[]): KnownEvents => ({
  stored: tags.map((name) => ({ subject: name, state: states.get(name) ?? NO_EVENTS, isOwn: true })),
  onTheirWay: [],
  of: 'all',
})
const nothing: KnownEvents = { stored: [], onTheirWay: [], of: 'all' }
const unknownMs = 1000

function agreesWithReference(add: Add): fc.IPropertyWithHooks<[PastEvent[], number, string[], number]> {
  return fc.property(
    ...([events, fc.nat(20), fc.array(tag, { maxLength: 4 }), fc.nat(40)] as const),
    (past, seen, tags, now) => {
      const { byTags } = judge(entry({ seen }), { events: known(fold(past, add), tags), unknownMs, now })
      expect(byTags).toBe(expectedByTags(seen, tags, past, now))
    },
  )
}

describe('freshness by tags', () => {
  it('agrees with a flat list of all events, in any order', () => {
    fc.assert(agreesWithReference(addTagEvent), runs(5000))
  })

  it('stays the same when passed deadlines are made hard, at any time before', () => {
    fc.assert(
      fc.property(events, fc.nat(20), fc.nat(40), fc.nat(40), (past, seen, settledAt, later) => {
        const settling: Add = (state, event) => addTagEvent(settleTagState(state, settledAt), event)
        const states = fold(past, settling)
        const now = settledAt + later
        const { byTags } = judge(entry({ seen }), { events: known(states, ['a']), unknownMs, now })
        expect(byTags).toBe(expectedByTags(seen, ['a'], past, now))
      }),
      runs(5000),
    )
  })

  it('is told apart by the reference from one slot a tag, where a later soft event revives what is gone', () => {
    const oneSlot: Add = (_, event) => addTagEvent(NO_EVENTS, event)
    expect(fc.check(agreesWithReference(oneSlot), runs(5000)).failed).toBe(true)
  })

  it('is told apart by the reference from keeping only the latest soft event', () => {
    const latestOnly: Add = (state, event) => {
      const { hardAt, soft } = addTagEvent(state, event)
      return { hardAt, soft: soft.toSorted((one, other) => other.at - one.at).slice(0, 1) }
    }
    expect(fc.check(agreesWithReference(latestOnly), runs(5000)).failed).toBe(true)
  })

  it('stays expired when a soft event follows a hard one', () => {
    const states = fold([
      { tag: 'a', at: 5 },
      { tag: 'a', at: 6, deadline: 1000 },
    ])
    const judgement = judge(entry({ seen: 4 }), { events: known(states, ['a']), unknownMs, now: 7 })
    expect(overall(judgement)).toBe('expired')
  })

  it('counts when the render began, not when its entry was stored', () => {
    const states = fold([{ tag: 'a', at: 5 }])
    const options = { events: known(states, ['a']), unknownMs, now: 10 }
    expect(judge(entry({ seen: 4, lastModified: 9 }), options).byTags).toBe('expired')
    expect(judge(entry({ seen: 5, lastModified: 9 }), options).byTags).toBe('fresh')
  })
})

describe('freshness by what the render knew of each subject', () => {
  const stored = (subject: string, at: number, isOwn: boolean): KnownEvents['stored'][number] => ({
    subject,
    state: addTagEvent(NO_EVENTS, { kind: 'hard', at }),
    isOwn,
  })
  const byTags = (fields: Partial<Entry>, about: KnownEvents['stored'][number]): Freshness =>
    judge(entry(fields), { events: { ...nothing, stored: [about] }, unknownMs, now: 0 }).byTags

  it('takes what knew less of the subject, however much it knew of others', () => {
    expect(byTags({ seen: 9, known: [['a', 4]] }, stored('a', 5, true))).toBe('expired')
    expect(byTags({ seen: 0, known: [['a', 5]] }, stored('a', 5, true))).toBe('fresh')
  })

  it('takes what names no stamp for a subject of its own, and goes by `seen` for one that only its reader adds', () => {
    expect(byTags({ seen: 9, known: [] }, stored('a', 5, true))).toBe('expired')
    expect(byTags({ seen: 9, known: [] }, stored('a', 5, false))).toBe('fresh')
    expect(byTags({ seen: 4, known: [] }, stored('a', 5, false))).toBe('expired')
  })

  it('goes by `seen` where nobody kept count', () => {
    expect(byTags({ seen: 5 }, stored('a', 5, true))).toBe('fresh')
    expect(byTags({ seen: 4 }, stored('a', 5, true))).toBe('expired')
  })
})

describe('freshness while an invalidation of this process is on its way to the log', () => {
  const onTheirWay = [addTagEvent(NO_EVENTS, { kind: 'hard', at: 3 })]
  const byTags = (fields: Partial<Entry>): Freshness =>
    judge(entry({ seen: 1e15, ...fields }), { events: { ...nothing, onTheirWay }, unknownMs, now: 0 }).byTags

  it('takes what was rendered elsewhere, or here before it was called', () => {
    expect(byTags({})).toBe('expired')
    expect(byTags({ order: 2 })).toBe('expired')
  })

  it('leaves what was rendered here after it was called', () => {
    expect(byTags({ order: 3 })).toBe('fresh')
  })
})

describe('freshness where the log is not known', () => {
  const byTags = (of: KnownEvents['of'], fields: Partial<Entry>, now = 0): Freshness =>
    judge(entry(fields), { events: { ...nothing, of }, unknownMs, now }).byTags

  it('is fresh for nothing but what was rendered here, before the log was read for the first time', () => {
    expect(byTags('none', { seen: 1e15 })).toBe('expired')
    expect(byTags('none', { order: 0 })).toBe('fresh')
  })

  it('is stale after the time that it may be unknown for, where the log may not be read', () => {
    expect(byTags('own', {}, 1000)).toBe('fresh')
    expect(byTags('own', {}, 1001)).toBe('stale')
  })
})

describe('a tag state', () => {
  it('does not depend on the order of its events, nor on how often each is added', () => {
    fc.assert(
      fc.property(events, fc.infiniteStream(fc.nat()), (past, random) => {
        const shuffled = [...past, ...past.slice(0, 3)]
          .map((event) => ({ event, rank: Number(random.next().value) }))
          .toSorted((one, other) => one.rank - other.rank)
          .map(({ event }) => event)
        expect(sorted(fold(shuffled))).toEqual(sorted(fold(past)))
      }),
      runs(5000),
    )
  })

  it('joined with another says what all events of both say, whichever is joined to which and however often', () => {
    const [one, other] = [fc.array(pastEvent), fc.array(pastEvent)]
    fc.assert(
      fc.property(one, other, (some, more) => {
        const [a, b, both] = [some, more, [...some, ...more]].map((past) => fold(past).get('a') ?? NO_EVENTS)
        const joined = joinTagStates(a!, b!)
        expect(sortedState(joined)).toEqual(sortedState(both!))
        expect(sortedState(joinTagStates(b!, a!))).toEqual(sortedState(joined))
        expect(joinTagStates(joined, b!)).toEqual(joined)
      }),
      runs(5000),
    )
  })

  it('keeps no event that makes no difference', () => {
    const states = fold([
      { tag: 'a', at: 1, deadline: 50 },
      { tag: 'a', at: 2, deadline: 40 },
      { tag: 'a', at: 2, deadline: 40 },
      { tag: 'a', at: 3, deadline: 60 },
    ])
    expect(states.get('a')?.soft).toEqual([
      { at: 2, deadline: 40 },
      { at: 3, deadline: 60 },
    ])
  })
})

const sorted = (states: Map<string, TagState>): unknown =>
  Object.fromEntries(Array.from(states, ([name, state]) => [name, sortedState(state)]))

const sortedState = ({ hardAt, soft }: TagState): TagState => ({
  hardAt,
  soft: soft.toSorted((one, other) => one.at - other.at),
})

describe('freshness by time', () => {
  const at = (ageMs: number, lifetime: Entry['lifetime']): Freshness =>
    overall(judge(entry({ lastModified: 1000, lifetime }), { events: nothing, unknownMs, now: 1000 + ageMs }))

  it('is stale once older than revalidate and expired once older than expire, never dropped in between', () => {
    const lifetime = { revalidate: 2, expire: 6 }
    expect([0, 2000, 2001, 6000, 6001].map((ageMs) => at(ageMs, lifetime))).toEqual([
      'fresh',
      'fresh',
      'stale',
      'stale',
      'expired',
    ])
  })

  it('never ends without revalidate', () => {
    expect(at(1e15, { revalidate: false })).toBe('fresh')
    expect(at(1e15, undefined)).toBe('fresh')
  })

  it('counts the lifetime of the reader more than the entry’s own', () => {
    const { byTime } = judge(entry({ lifetime: { revalidate: 60 } }), {
      events: nothing,
      unknownMs,
      lifetime: { revalidate: 1 },
      now: 1001,
    })
    expect(byTime).toBe('stale')
  })
})
