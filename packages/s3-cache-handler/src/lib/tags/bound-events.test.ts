import fc from 'fast-check'
import { expect, it } from 'vitest'
import { storeError } from '../../../test/fake-store.ts'
import { runs } from '../../../test/property.ts'
import { createTagFleet } from '../../../test/tag-fleet.ts'
import { type Freshness, judge } from '../freshness/freshness.ts'
import { type KnownEvents, NO_EVENTS } from '../tag-state.ts'
import { boundEvents, stampAbove } from './bound-events.ts'
import { tagSubject } from './subjects.ts'
import { TagFold } from './tag-fold.ts'
import type { RenderStart, TagView } from './tag-view.ts'

const MAX = 10
const TAGS = Array.from({ length: 40 }, (_, index) => `t${index}`)
const SEVERITY: readonly Freshness[] = ['fresh', 'stale', 'expired']

/** What an entry's render knew: the highest stamp of all, that on its tag where it knew one, and its place here. */
interface Knowledge {
  readonly seen: number
  readonly known?: number | undefined
  readonly order?: number | undefined
}

/** How much worse an entry with this tag is for these events. */
function severity(events: KnownEvents, tag: string, { seen, known, order }: Knowledge): number {
  const stamps: [string, number][] = known === undefined ? [] : [[tagSubject(tag), known]]
  const entry = {
    kind: 'page',
    key: 'k',
    value: null,
    lastModified: 0,
    seen,
    known: stamps,
    order,
    tags: [tag],
  } as const
  return SEVERITY.indexOf(judge(entry, { events, unknownMs: Infinity, now: 100 }).byTags)
}

const foldEvents = (fold: TagFold, tag: string): KnownEvents => ({
  stored: fold.matching({ tags: [tag], addresses: [] }),
  onTheirWay: [],
  of: 'all',
})

const event = fc.record({
  tag: fc.constantFrom(...TAGS),
  at: fc.nat(50),
  deadline: fc.option(fc.nat(200), { nil: undefined }),
})

it('keeps so many events at most, and never makes fresher what it forgets', () => {
  const knowledge = fc.record({ seen: fc.nat(60), known: fc.option(fc.nat(60), { nil: undefined }) })
  fc.assert(
    fc.property(fc.array(event, { maxLength: 80 }), knowledge, (events, { seen, known }) => {
      const fold = new TagFold()
      for (const { tag, at, deadline } of events) {
        const state = deadline === undefined ? { hardAt: at, soft: [] } : { ...NO_EVENTS, soft: [{ at, deadline }] }
        fold.add(tagSubject(tag), state, -Infinity)
      }
      const clearAt = stampAbove(Math.max(fold.highest, seen), 0)
      const bounded = boundEvents(fold, MAX, clearAt)
      expect(bounded.events).toBeLessThanOrEqual(MAX)
      if (fold.events <= MAX) expect(bounded).toBe(fold)
      else expect(bounded.highest).toBe(clearAt)
      for (const tag of TAGS) {
        const before = severity(foldEvents(fold, tag), tag, { seen, known })
        expect(severity(foldEvents(bounded, tag), tag, { seen, known })).toBeGreaterThanOrEqual(before)
      }
      // Who knows of the clear knows all that was forgotten.
      if (bounded !== fold) expect(severity(foldEvents(bounded, 't0'), 't0', { seen: clearAt })).toBe(0)
    }),
    runs(1000),
  )
})

it('stamps a clear above all that is known and the time, where no event can be', () => {
  for (const [highest, now] of [
    [0, 5],
    [9, 5],
    [9.5, 5],
    [4.75, 5.25],
  ] as const) {
    const stamp = stampAbove(highest, now)
    expect(stamp).toBeGreaterThan(Math.max(highest, now))
    expect(stamp % 1).toBeGreaterThan(0)
  }
})

const sizesOf = ({ sizes }: TagView): Record<string, number | undefined> =>
  Object.fromEntries(Object.entries(sizes).map(([name, read]) => [name, read()]))

const aboutTag = (view: TagView, tag: string): KnownEvents => view.about({ tags: [tag], addresses: [] })

/** What an entry with this tag knows whose render begins now. */
function knownBy(view: TagView, tag: string): Knowledge {
  const { seen, known = [] } = view.knowledgeOf(view.begin(), { tags: [tag], addresses: [] })
  return { seen, known: known.find(([subject]) => subject === tagSubject(tag))?.[1] }
}

it('bounds what an instance knows, by the same on every instance, and what it has invalidated stays gone', async () => {
  const fleet = createTagFleet()
  const [a, b] = [fleet.open({ maxEvents: MAX }), fleet.open({ maxEvents: MAX })]
  const before: RenderStart[] = []
  for (const tag of TAGS) {
    before.push(a.begin())
    await a.invalidate([tagSubject(tag)])
    expect(sizesOf(a)['knownEvents']).toBeLessThanOrEqual(MAX)
  }
  await b.refresh(0)
  expect(sizesOf(b)['knownEvents']).toBeLessThanOrEqual(MAX)
  for (const view of [a, b]) {
    for (const [index, tag] of TAGS.entries()) {
      const events = aboutTag(view, tag)
      expect(severity(events, tag, { seen: before[index]?.seen ?? 0 })).toBe(2)
      expect(severity(events, tag, knownBy(view, tag))).toBe(0)
    }
  }
})

it('bounds what waits for the end of an outage, and all of it holds meanwhile and after', async () => {
  const fleet = createTagFleet()
  const a = fleet.open({ maxEvents: MAX })
  await a.refresh()
  const { seen } = a.begin()
  fleet.onCall = () => {
    throw storeError('ERR_OBJECT_STORE_PAUSED')
  }
  for (const tag of TAGS) expect(await a.invalidate([tagSubject(tag)])).toBe(false)
  expect(sizesOf(a)['pendingInvalidations']).toBeLessThanOrEqual(2 * MAX)
  for (const tag of TAGS) {
    const events = aboutTag(a, tag)
    expect(severity(events, tag, { seen, order: 0 })).toBe(2)
    expect(severity(events, tag, { ...knownBy(a, tag), order: a.begin().order })).toBe(0)
  }
  fleet.onCall = () => {}
  await fleet.runtime.pass(10_000)
  expect(sizesOf(a)['pendingInvalidations']).toBe(0)
  const b = fleet.open()
  await b.refresh()
  for (const tag of TAGS) expect(severity(aboutTag(b, tag), tag, { seen })).toBe(2)
})

it('forgets when stamps were learnt, but for the last ones, and judges renders as before', async () => {
  const view = createTagFleet().open({ maxEvents: 5 })
  const about = { tags: ['t0', 't1', 't2'], addresses: [] }
  for (let round = 0; round < 30; round++) {
    for (const tag of about.tags) {
      const start = view.begin()
      await view.invalidate([tagSubject(tag)])
      const { seen, known = [] } = view.knowledgeOf(start, about)
      const stamp = known.find(([subject]) => subject === tagSubject(tag))?.[1]
      expect(severity(aboutTag(view, tag), tag, { seen, known: stamp })).toBe(2)
      for (const each of about.tags) expect(severity(aboutTag(view, each), each, knownBy(view, each))).toBe(0)
    }
  }
  expect(sizesOf(view)['knownEvents']).toBe(3)
})
