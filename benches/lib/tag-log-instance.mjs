// An instance that invalidates, and looks for what the others have invalidated. Forked by tag-log-load.mjs.
import { setTimeout as sleep } from 'node:timers/promises'
import { answerCalls } from './called-process.mjs'
import { tagLogAt, tagName } from './tag-views.mjs'

/** An instance under traffic looks whether its view is recent at every request. */
const REQUEST_EVERY_MS = 10
const MAX_DELAY_MS = 10_000

/** The same in all processes of a machine. */
const nowMs = () => performance.timeOrigin + performance.now()

const events = {}
let view
/** Of each instance: which it is, and when this one knew of what it invalidated. */
let fleet
let highest
const looking = new AbortController()
let failure

/** Tags in an order of each instance's own, of which no two instances meet the same. */
const tagOf = ({ index, instances, tags }, count) => tagName(((index + count * instances) * 7919) % tags)
const countEvent = ({ name }) => (events[name] = (events[name] ?? 0) + 1)
const stampOf = (tag) => view.about({ tags: [tag], addresses: [] }).stored[0]?.state.hardAt ?? 0

async function look() {
  while (!looking.signal.aborted) {
    await view.refresh()
    for (const instance of fleet) noteWhatIsKnown(instance)
    await sleep(REQUEST_EVERY_MS)
  }
}

/** In the order in which it invalidates. */
function noteWhatIsKnown(instance) {
  while (stampOf(tagOf(instance, instance.knownAt.length)) > highest) instance.knownAt.push(nowMs())
}

answerCalls({
  async open({ server, instances, tags, tagRefreshMs }) {
    view = tagLogAt({ ...server, prefix: '' }).live(countEvent, tagRefreshMs)
    await view.refresh()
    fleet = Array.from({ length: instances }, (_, index) => ({ index, instances, tags, knownAt: [] }))
    highest = view.begin().seen
    look().catch((error) => (failure = error))
  },

  /** For so long, at that pace. */
  async invalidate({ index, instances, tags, forMs, everyMs }) {
    const invalidated = []
    const until = nowMs() + forMs
    while (nowMs() < until) {
      const tag = tagOf({ index, instances, tags }, invalidated.length)
      const calledAt = nowMs()
      await view.invalidate([`t:${tag}`])
      const acknowledgedAt = nowMs()
      invalidated.push({ calledAt, acknowledgedAt })
      await sleep(everyMs)
    }
    return invalidated
  },

  /** When this one knew of what each instance had invalidated: so many, of each. */
  async known({ counts }) {
    const until = nowMs() + MAX_DELAY_MS
    while (fleet.some(({ index, knownAt }) => knownAt.length < counts[index])) {
      if (failure !== undefined) throw failure
      if (nowMs() > until) throw new Error('Not all invalidations were told')
      await sleep(REQUEST_EVERY_MS)
    }
    looking.abort()
    return { knownAt: fleet.map(({ knownAt }) => knownAt), events }
  },
})
