import fc from 'fast-check'
import { expect, it } from 'vitest'
import { storeError } from '../../../test/fake-store.ts'
import { runs } from '../../../test/property.ts'
import { createTagFleet } from '../../../test/tag-fleet.ts'
import { type Freshness, judge } from '../freshness/freshness.ts'
import { type KnownEvents, NO_EVENTS } from '../tag-state.ts'
import { boundEvents } from './bound-events.ts'
import { tagSubject } from './subjects.ts'
import { TagFold } from './tag-fold.ts'
import type { TagView } from './tag-view.ts'

const MAX = 10
const TAGS = Array.from({ length: 40 }, (_, index) => `t${index}`)
const SEVERITY: readonly Freshness[] = ['fresh', 'stale', 'expired']

/** How much worse an entry with this tag is for these events, whose render knew all that was stored by `seen`. */
function severity(events: KnownEvents, tag: string, seen: number, order?: number): number {
  const entry = { kind: 'page', key: 'k', value: null, lastModified: 0, seen, order, tags: [tag] } as const
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

it('keeps so many subjects at most, and never makes fresher what it forgets', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 80 }), fc.nat(60), (events, seen) => {
      const fold = new TagFold()
      for (const { tag, at, deadline } of events) {
        const state = deadline === undefined ? { hardAt: at, soft: [] } : { ...NO_EVENTS, soft: [{ at, deadline }] }
        fold.add(tagSubject(tag), state, -Infinity)
      }
      const bounded = boundEvents(fold, MAX)
      expect(bounded.size).toBeLessThanOrEqual(MAX)
      expect(bounded.highest).toBe(fold.highest)
      if (fold.size <= MAX) expect(bounded).toBe(fold)
      for (const tag of TAGS) {
        const before = severity(foldEvents(fold, tag), tag, seen)
        const after = severity(foldEvents(bounded, tag), tag, seen)
        expect(after).toBeGreaterThanOrEqual(before)
        // Who knew of all that was forgotten is judged as before.
        if (seen >= fold.highest) expect(after).toBe(before)
      }
    }),
    runs(1000),
  )
})

const sizesOf = ({ sizes }: TagView): Record<string, number | undefined> =>
  Object.fromEntries(Object.entries(sizes).map(([name, read]) => [name, read()]))

it('bounds what an instance knows, by the same on every instance, and what it has invalidated stays gone', async () => {
  const fleet = createTagFleet()
  const [a, b] = [fleet.open({ maxSubjects: MAX }), fleet.open({ maxSubjects: MAX })]
  const seenBefore: number[] = []
  for (const tag of TAGS) {
    seenBefore.push(a.begin().seen)
    await a.invalidate([tagSubject(tag)])
    expect(sizesOf(a)['knownSubjects']).toBeLessThanOrEqual(MAX)
  }
  await b.refresh(0)
  expect(sizesOf(b)['knownSubjects']).toBeLessThanOrEqual(MAX)
  for (const view of [a, b]) {
    for (const [index, tag] of TAGS.entries()) {
      const events = view.about({ tags: [tag], addresses: [] })
      expect(severity(events, tag, seenBefore[index] ?? 0)).toBe(2)
      expect(severity(events, tag, view.begin().seen)).toBe(0)
    }
  }
})

it('bounds what waits for the end of an outage, and all of it holds meanwhile and after', async () => {
  const fleet = createTagFleet()
  const a = fleet.open({ maxSubjects: MAX })
  await a.refresh()
  const { seen } = a.begin()
  fleet.onCall = () => {
    throw storeError('ERR_OBJECT_STORE_PAUSED')
  }
  for (const tag of TAGS) expect(await a.invalidate([tagSubject(tag)])).toBe(false)
  expect(sizesOf(a)['pendingInvalidations']).toBeLessThanOrEqual(2 * MAX)
  const now = a.begin()
  for (const tag of TAGS) {
    const events = a.about({ tags: [tag], addresses: [] })
    expect(severity(events, tag, seen, 0)).toBe(2)
    expect(severity(events, tag, now.seen, now.order)).toBe(0)
  }
  fleet.onCall = () => {}
  await fleet.runtime.pass(10_000)
  expect(sizesOf(a)['pendingInvalidations']).toBe(0)
  const b = fleet.open()
  await b.refresh()
  for (const tag of TAGS) expect(severity(b.about({ tags: [tag], addresses: [] }), tag, seen)).toBe(2)
})
