import { change, type Mutant } from './mutant.ts'
import { COMPACTION_MUTANTS, READER_MUTANTS } from './reader-mutants.ts'
import { WRITER_MUTANTS } from './writer-mutants.ts'

const ISR = 'next/isr-cache.js'
const STATE = 'tag-state.js'

/** Of entries: what they are stamped with, and what hits them. */
const ENTRY_MUTANTS: readonly Mutant[] = [
  {
    name: 'the retained old value takes a new stamp',
    changes: [change(ISR, 'retained ?? cache.knowledgeOf', 'cache.knowledgeOf')],
  },
  {
    name: 'a render stamped at its set',
    changes: [change(ISR, 'cache.knowledgeOf(id, start,', 'cache.knowledgeOf(id, cache.tags.begin(),')],
  },
  {
    name: 'one soft slot a tag',
    focus: 'deadlines',
    changes: [
      change(STATE, 'soft.some((other) => outdoes(other, event))', 'soft.some((other) => other.at > at)'),
      change(STATE, '[...soft.filter((other) => !outdoes(event, other)), { at, deadline }]', '[{ at, deadline }]'),
    ],
  },
  {
    name: 'a soft event undoes a hard one',
    changes: [change(STATE, 'return { hardAt, soft: [...soft', 'return { hardAt: -Infinity, soft: [...soft')],
  },
  {
    name: 'a soft event without its deadline',
    focus: 'deadlines',
    changes: [
      change('freshness/freshness.js', 'hits.some(({ deadline }) => deadline <= now)', 'false'),
      change(STATE, 'deadline <= now', 'false'),
    ],
  },
  {
    name: 'an on-demand render that nobody is told of',
    changes: [change(ISR, "if (this.#isOnDemand && id.kind === 'page')", 'if (false)')],
  },
  {
    name: 'paths of the Pages Router without tags',
    changes: [change(ISR, 'implicitTags(pagePath(key), defaultLocale)', '[]')],
  },
  { name: 'soft tags of the reader ignored', changes: [change(ISR, '[...tags, ...softTags]', 'tags')] },
]

export const MUTANTS: readonly Mutant[] = [
  ...WRITER_MUTANTS,
  ...READER_MUTANTS,
  ...COMPACTION_MUTANTS,
  ...ENTRY_MUTANTS,
]
