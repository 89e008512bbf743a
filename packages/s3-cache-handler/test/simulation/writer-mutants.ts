import { change, type Mutant } from './mutant.ts'

const INVALIDATIONS = 'tags/invalidations.js'
const LOG = 'tags/tag-log.js'
const VIEW = 'tags/tag-view.js'
const APPEND = 'await this.#insist(() => log.append(logKey, events))'
const STAMP = 'Math.max(clock.now(), Math.floor(log.known.highest) + 1)'
const KNOWN = 'known: knownSubjects(log, version, marks)'
const RING = 'await this.#ring();'

/** Of the log: stamps, order of steps, bell. */
export const WRITER_MUTANTS: readonly Mutant[] = [
  {
    name: 'clock stamps for log stamps',
    changes: [
      change(INVALIDATIONS, STAMP, 'this.#parts.runtime.wallMs()'),
      change(VIEW, 'seen: log.isComplete ? log.known.highest : 0', 'seen: parts.runtime.wallMs()'),
      change(VIEW, KNOWN, 'known: undefined'),
    ],
  },
  {
    name: 'no listing before the stamp',
    changes: [change(INVALIDATIONS, 'return log.catchUp();', 'return Promise.resolve();')],
  },
  {
    name: 'one stamp for all that a render knew',
    plan: 'a page from cached data, amid two invalidations at once',
    changes: [change(VIEW, KNOWN, 'known: undefined')],
  },
  {
    name: 'a render knows what was learnt after its begin',
    changes: [change(LOG, 'raise.version <= version', 'true')],
  },
  {
    name: 'own events are known before they are stored',
    plan: 'an own event that is not stored yet',
    changes: [change(LOG, 'async append(logKey, events) {', 'async append(logKey, events) {\nthis.#add(events);')],
  },
  {
    name: 'bell before log PUT',
    plan: 'a log object that takes long to store',
    changes: [change(INVALIDATIONS, RING, ''), change(INVALIDATIONS, APPEND, `${RING}\n${APPEND}`)],
  },
  { name: 'acknowledged without a bell', changes: [change(INVALIDATIONS, RING, '')] },
  {
    name: 'a bell nonce for a ring, not for an attempt',
    plan: 'a ring that timed out lands over another',
    changes: [
      change(LOG, 'async ring() {', 'async ring(nonce) {'),
      change(LOG, 'Buffer.from(runtime.id())', 'Buffer.from(nonce ?? runtime.id())'),
      change(INVALIDATIONS, 'let before;', 'let before;\nconst nonce = this.#parts.runtime.id();'),
      change(INVALIDATIONS, 'await log.ring()', 'await log.ring(nonce)'),
    ],
  },
  {
    name: 'own invalidations hold only once stored',
    changes: [change(VIEW, 'onTheirWay: invalidations.matching(marks)', 'onTheirWay: []')],
  },
  {
    name: 'own invalidations hold by the stamp of a render, not by its order',
    changes: [change('freshness/freshness.js', 'entry.order ?? -Infinity', 'Infinity')],
  },
  {
    name: 'deadlines by a wall clock that is fast',
    plan: 'the first call of a process whose clock is an hour fast',
    changes: [change('tags/batch.js', '!this.#isGuessed || correctionMs === undefined', 'true')],
  },
]
