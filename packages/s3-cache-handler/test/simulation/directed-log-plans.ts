import { invalidate, plan, request, slow } from './directed-plan.ts'
import type { Plan, Settings } from './plan.ts'

/**
 * Whole seconds leave the store's time open by half a second either way, and there a wall clock decides: that of i0 is
 * fast in these, that of i1 slow, and the answers come when they cannot tell.
 */
const CLOCKS_APART: Partial<Settings> = { clockOffsetsMs: [400, -400, 0] }

export const STAMPS: Readonly<Record<string, Plan>> = {
  'an own event that is not stored yet': plan(
    [
      request(1000, 0, 'P'),
      invalidate(3000, 0, 'x'),
      request(3020, 0, 'A'),
      invalidate(3100, 1, 'x'),
      request(6000, 0, 'A'),
    ],
    {
      ...CLOCKS_APART,
      fates: [{ instance: 0, operation: 'put', key: '/tags/log/', from: 0, fate: { kind: 'silent' } }],
    },
  ),
  'two invalidations in step with each other': plan(
    [
      request(1000, 0, 'P'),
      request(1000, 1, 'P'),
      { ...invalidate(3000, 0, 'x'), mustBeAcknowledged: true },
      { ...invalidate(3000, 1, 'y'), mustBeAcknowledged: true },
      request(9000, 2, 'C'),
    ],
    // So long that the clock makes more of it than chance does.
    { latencyMs: [100, 100], timeoutMs: 1000 },
  ),
  'a page from cached data, amid two invalidations at once': plan(
    [
      request(1000, 0, 'F'),
      invalidate(3000, 1, 'y'),
      invalidate(3010, 0, '_N_T_/p'),
      request(3040, 0, 'N'),
      request(6000, 0, 'N'),
    ],
    { ...CLOCKS_APART, fates: [slow({ instance: 1, operation: 'put', key: '/tags/log/' }, 100)] },
  ),
  'a page from cached data, after an own event and before the listing that follows it': plan(
    [
      request(1950, 1, 'P'),
      request(2500, 0, 'F'),
      invalidate(3000, 1, 'y'),
      invalidate(3020, 0, '_N_T_/p'),
      request(3100, 0, 'N'),
      request(6000, 0, 'N'),
    ],
    { ...CLOCKS_APART, fates: [slow({ instance: 0, operation: 'list', key: '/tags/log/', from: 3000 }, 300)] },
  ),
  'a page from cached data, after a higher stamp than that of an event on its way': plan(
    [
      request(1950, 1, 'P'),
      request(2000, 0, 'P'),
      request(2500, 2, 'F'),
      invalidate(3000, 1, 'y'),
      invalidate(3010, 0, '_N_T_/p'),
      request(3510, 2, 'N'),
      request(6000, 2, 'N'),
    ],
    { ...CLOCKS_APART, fates: [slow({ instance: 1, operation: 'put', key: '/tags/log/' }, 550)], timeoutMs: 1000 },
  ),
  'a page from cached data, while a listing of several pages is under way': plan(
    [
      request(1000, 0, 'F'),
      invalidate(2500, 2, '_N_T_/p'),
      request(3000, 0, 'C'),
      invalidate(3020, 1, 'y'),
      invalidate(3200, 2, '_N_T_/p'),
      request(3460, 0, 'N'),
      request(6000, 0, 'N'),
    ],
    {
      history: [3],
      pageSize: 2,
      fates: [
        slow({ instance: 0, operation: 'list', key: '/tags/log/', from: 3000 }, 5),
        slow({ instance: 0, operation: 'list', key: '/tags/log/', from: 3000 }, 400),
      ],
    },
  ),
  'a log object is damaged': plan([
    request(0, 0, 'A'),
    invalidate(500, 0, 'x'),
    { at: 1000, kind: 'damage-log' },
    request(3000, 1, 'A'),
  ]),
  'an object of a later release in the log': plan(
    [
      { at: 0, kind: 'corrupt-log' },
      request(1950, 1, 'P'),
      request(2000, 0, 'P'),
      invalidate(3000, 0, '_N_T_/p'),
      request(3050, 1, 'P'),
      request(3100, 2, 'A'),
      invalidate(3200, 1, 'x'),
      request(6000, 2, 'A'),
    ],
    CLOCKS_APART,
  ),
}

const MERGED_BETWEEN_PAGES: Plan = plan(
  [
    request(0, 1, 'A'),
    invalidate(1000, 0, '_N_T_/p'),
    invalidate(2000, 0, '_N_T_/p'),
    invalidate(3000, 0, '_N_T_/p'),
    invalidate(4000, 0, 'x'),
    request(5500, 1, 'A'),
  ],
  {
    // With the third of these there are seventeen: the reader has seen fourteen, and merges none.
    history: [14],
    pageSize: 1,
    timeoutMs: 20_000,
    fates: [
      slow({ instance: 1, operation: 'list', key: '/tags/log/', from: 5500 }, 5),
      slow({ instance: 1, operation: 'list', key: '/tags/log/', from: 5500 }, 11_000),
    ],
  },
)

/** Seventeen objects are merged within ten seconds of when they are listed first; what a reader does meanwhile takes longer. */
export const MERGES: Readonly<Record<string, Plan>> = {
  'objects that are merged after they were listed': plan(
    [request(0, 0, 'A'), invalidate(500, 0, 'x'), request(600, 1, 'A')],
    {
      history: [17],
      tagRefreshMs: 0,
      timeoutMs: 20_000,
      fates: [slow({ instance: 1, operation: 'get', key: '/tags/log/', times: 8 }, 11_000)],
    },
  ),
  'objects that are merged into one that takes long to store': plan(
    [request(0, 0, 'A'), invalidate(500, 0, 'x'), request(12_000, 1, 'A')],
    {
      history: [17],
      timeoutMs: 20_000,
      fates: [slow({ instance: 0, operation: 'put', key: '/tags/log/0001/' }, 15_000)],
    },
  ),
  'objects that two merge at once': plan(
    [request(0, 0, 'A'), request(0, 1, 'A'), invalidate(500, 0, 'x'), request(14_000, 2, 'A'), request(30_000, 1, 'A')],
    {
      history: [17],
      timeoutMs: 20_000,
      fates: [0, 1].map((instance) => slow({ instance, operation: 'put', key: '/tags/log/0001/' }, 10_000)),
    },
  ),
  'objects whose merging ends before any is deleted': plan(
    [
      request(0, 0, 'A'),
      invalidate(500, 0, 'x'),
      { at: 12_000, kind: 'crash', instance: 0, downMs: 100 },
      request(14_000, 1, 'A'),
      request(15_000, 0, 'A'),
    ],
    { history: [17], fates: [{ instance: 0, operation: 'deleteMany', key: '', from: 0, fate: { kind: 'silent' } }] },
  ),
  'objects that are merged between two pages of a listing': MERGED_BETWEEN_PAGES,
  'objects that are merged between two pages of a listing in no order': {
    ...MERGED_BETWEEN_PAGES,
    settings: { ...MERGED_BETWEEN_PAGES.settings, listsInOrder: false },
  },
}
