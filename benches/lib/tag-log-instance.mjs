// An instance that invalidates, and looks for what the others have invalidated. Forked by tag-log-load.mjs.
import { setTimeout as sleep } from 'node:timers/promises'
import { answerCalls } from './called-process.mjs'
import { momentsOf, nowMs, onSchedule } from './schedule.mjs'
import { tagLogAt, tagName } from './tag-views.mjs'

/** An instance under traffic looks whether its view is recent at every request. */
const REQUEST_EVERY_MS = 10
/** What takes longer to be told is lost. */
const MAX_DELAY_MS = 10_000

const events = {}
let view
let highest
/** All invalidations of the fleet by when they are due: those to come, those that were not told yet, and when they were. */
let toCome = []
const awaited = new Set()
const knownAt = new Map()
const looking = new AbortController()
let failure

/** Tags in an order of each instance's own, of which no two instances meet the same. */
const tagOf = ({ instances, tags }, index, count) => tagName(((index + count * instances) * 7919) % tags)
const countEvent = ({ name }) => (events[name] = (events[name] ?? 0) + 1)
const stampOf = (tag) => view.about({ tags: [tag], addresses: [] }).stored[0]?.state.hardAt ?? 0

/** The instances take turns, so that the load is even. */
const momentsFor = ({ instances, startAt, forMs, everyMs }, index) =>
  momentsOf({ startAt: startAt + (index * everyMs) / instances, forMs, everyMs })

async function look() {
  while (!looking.signal.aborted) {
    await view.refresh()
    noteWhatIsKnown()
    await sleep(REQUEST_EVERY_MS)
  }
}

function noteWhatIsKnown() {
  while (toCome.length > 0 && toCome[0].scheduledAt <= nowMs()) awaited.add(toCome.shift().tag)
  for (const tag of awaited) {
    if (stampOf(tag) <= highest) continue
    knownAt.set(tag, nowMs())
    awaited.delete(tag)
  }
}

answerCalls({
  async open({ server, tagRefreshMs }) {
    view = tagLogAt({ ...server, prefix: '' }).live(countEvent, tagRefreshMs)
    await view.refresh()
    highest = view.begin().seen
    look().catch((error) => (failure = error))
  },

  /** Which of its invalidations were due, and acknowledged, when. */
  async invalidate({ index, load }) {
    toCome = Array.from({ length: load.instances }, (_, other) =>
      momentsFor(load, other).map((scheduledAt, count) => ({ scheduledAt, tag: tagOf(load, other, count) })),
    )
      .flat()
      .toSorted((one, other) => one.scheduledAt - other.scheduledAt)
    const done = await onSchedule(momentsFor(load, index), async (count) => {
      const isStored = await view.invalidate([`t:${tagOf(load, index, count)}`])
      if (!isStored) throw new Error('The store did not take an invalidation')
    })
    return done.map(({ scheduledAt, endedAt }, count) => ({
      index,
      tag: tagOf(load, index, count),
      scheduledAt,
      acknowledgedAt: endedAt,
    }))
  },

  /** When this one knew of each tag that was invalidated, once it knows all or has waited long enough. */
  async known() {
    const until = nowMs() + MAX_DELAY_MS
    while (toCome.length + awaited.size > 0 && nowMs() < until) {
      if (failure !== undefined) throw failure
      await sleep(REQUEST_EVERY_MS)
    }
    looking.abort()
    return { knownAt: Object.fromEntries(knownAt), events }
  },
})
