import { change, type Mutant } from './mutant.ts'

const CHECKS = 'tags/log-checks.js'
const COMPACTION = 'tags/compaction.js'
const LOG = 'tags/tag-log.js'

/** Of what readers do with bell and log. */
export const READER_MUTANTS: readonly Mutant[] = [
  {
    name: 'ETag kept before the pass succeeded',
    plan: 'a listing that fails after a ring was heard',
    changes: [
      change(
        CHECKS,
        'if (!log.isComplete || ring !== this.#ring ||',
        'const previous = this.#ring; this.#ring = ring;\nif (!log.isComplete || ring !== previous ||',
      ),
    ],
  },
  {
    name: 'an absent log object is ignored',
    plan: 'objects that are merged after they were listed',
    focus: 'compaction',
    changes: [
      change(
        LOG,
        'return logKeys.every((logKey) => this.#read.has(logKey) || this.#undecodable.has(logKey))',
        'return true',
      ),
    ],
  },
  {
    name: 'a start that does not list',
    plan: 'a process that cannot read the log when it starts',
    changes: [
      change(
        CHECKS,
        'if (!log.isComplete || ring !== this.#ring ||',
        'if (this.#ring !== undefined && ring !== this.#ring ||',
      ),
      change(LOG, '#isComplete = false', '#isComplete = true'),
    ],
  },
  {
    name: 'no miss before the first complete pass',
    plan: 'a process that cannot read the log when it starts',
    focus: 'starts',
    changes: [change('freshness/freshness.js', "known === 'none' && order === undefined", 'false')],
  },
  {
    name: 'the age of the view counts from the end of the check',
    plan: 'a ring while the look at the bell is under way',
    changes: [
      change(
        CHECKS,
        'this.#asOf = began',
        'this.#asOf = { wallMs: runtime.wallMs(), monotonicMs: runtime.monotonicMs() }',
      ),
    ],
  },
  {
    name: 'the age of the view by the wall clock alone',
    plan: 'a wall clock is set back',
    changes: [
      change(
        CHECKS,
        'Math.max(runtime.wallMs() - moment.wallMs, runtime.monotonicMs() - moment.monotonicMs)',
        'runtime.wallMs() - moment.wallMs',
      ),
    ],
  },
  {
    name: 'the age of the view by the monotonic clock alone',
    plan: 'a virtual machine is suspended for a minute',
    changes: [
      change(
        CHECKS,
        'Math.max(runtime.wallMs() - moment.wallMs, runtime.monotonicMs() - moment.monotonicMs)',
        'runtime.monotonicMs() - moment.monotonicMs',
      ),
    ],
  },
  {
    name: 'a deleted bell goes unnoticed',
    plan: 'the bell is deleted by hand after the very first ring',
    changes: [change(CHECKS, 'const isLost = ring === ABSENT', 'const isLost = false')],
  },
  {
    name: 'an undecodable object stands for nothing',
    plan: 'a log object is damaged',
    changes: [change(LOG, 'this.#clearForUndecodable();', '')],
  },
]

/** Of merging what is in the log. */
export const COMPACTION_MUTANTS: readonly Mutant[] = [
  {
    name: 'a compactor deletes what it did not read',
    focus: 'compaction',
    changes: [
      change(
        COMPACTION,
        'await this.#delete(inputs)',
        'await this.#delete((await listAll(this.#parts.store, layout.log)).filter((key) => generationOf(layout, key) === generation))',
      ),
    ],
  },
  {
    name: 'a compactor deletes before its result is stored',
    plan: 'objects that are merged into one that takes long to store',
    changes: [change(COMPACTION, 'await log.append(layout', 'await this.#delete(inputs);\nawait log.append(layout')],
  },
  {
    name: 'a result that sorts before its inputs',
    plan: 'objects that are merged between two pages of a listing',
    changes: [change(COMPACTION, 'layout.logObject(generation + 1, name)', '`${layout.log}0000/-${name}`')],
  },
  {
    name: 'a listing in no order is not repeated',
    plan: 'objects that are merged between two pages of a listing in no order',
    changes: [change('tags/list-all.js', 'isReliable: pages === 1 || isOrdered', 'isReliable: true')],
  },
  {
    name: 'pruning by dropping',
    focus: 'pruning',
    changes: [change('tags/prune-events.js', 'if (clearedAt > -Infinity)', 'if (clearedAt === 0)')],
  },
]
