import { failing, invalidate, plan, request, slow } from './directed-plan.ts'
import { MERGES, STAMPS } from './directed-log-plans.ts'
import type { Plan } from './plan.ts'

const RINGS: Readonly<Record<string, Plan>> = {
  'a log object that takes long to store': plan(
    [request(0, 1, 'A'), invalidate(500, 0, 'x'), request(1100, 1, 'A'), request(3500, 1, 'A')],
    { timeoutMs: 2000, fates: [slow({ instance: 0, operation: 'put', key: '/tags/log/' }, 900)] },
  ),
  'a ring that timed out lands over another': plan(
    [
      request(0, 1, 'A'),
      invalidate(100, 0, 'y'),
      request(1500, 1, 'A'),
      invalidate(2000, 2, 'x'),
      request(3500, 1, 'A'),
    ],
    {
      fates: [{ instance: 0, operation: 'put', key: '/bell', from: 0, fate: { kind: 'silent', appliedAfterMs: 3000 } }],
    },
  ),
  'two rings that are refused': plan(
    [request(0, 1, 'A'), invalidate(500, 0, 'x'), request(2000, 1, 'A'), request(3500, 1, 'A')],
    { fates: [failing({ instance: 0, operation: 'put', key: '/bell', times: 2 })] },
  ),
  'the bell is deleted by hand after the very first ring': plan([
    request(0, 1, 'A'),
    invalidate(500, 0, 'x'),
    { at: 700, kind: 'delete-bell' },
    request(2500, 1, 'A'),
  ]),
  'a listing that fails after a ring was heard': plan(
    [request(0, 1, 'A'), invalidate(500, 0, 'x'), request(1200, 1, 'A'), request(3500, 1, 'A')],
    { fates: [failing({ instance: 1, operation: 'list', key: '/tags/log/', from: 1000, times: 3 })] },
  ),
}

const CLOCKS: Readonly<Record<string, Plan>> = {
  'a ring while the look at the bell is under way': plan(
    [request(0, 1, 'A'), request(1100, 1, 'A'), request(2200, 1, 'A'), invalidate(2220, 0, 'x'), request(3400, 1, 'A')],
    { timeoutMs: 2000, fates: [slow({ instance: 1, operation: 'get', key: '/bell', from: 2200 }, 5, 900)] },
  ),
  'a virtual machine is suspended for a minute': plan([
    request(0, 1, 'A'),
    { at: 100, kind: 'freeze', instance: 1, ms: 60_000, standsStill: true },
    invalidate(1000, 0, 'x'),
    request(60_200, 1, 'A'),
  ]),
  'a wall clock is set back': plan([
    request(0, 1, 'A'),
    { at: 500, kind: 'step-clock', instance: 1, ms: -3_600_000 },
    invalidate(1000, 0, 'x'),
    request(5000, 1, 'A'),
  ]),
  'the first call of a process whose clock is an hour fast': plan(
    [request(500, 1, 'B'), invalidate(1000, 0, 'y', 5), request(20_000, 1, 'B')],
    { clockOffsetsMs: [3_600_000, 0, 0] },
  ),
}

const STARTS: Readonly<Record<string, Plan>> = {
  'a process that starts after an invalidation': plan([
    request(0, 0, 'A'),
    invalidate(500, 0, 'x'),
    { at: 1000, kind: 'crash', instance: 1, downMs: 100 },
    request(3000, 1, 'A'),
  ]),
  'a process that cannot read the log when it starts': plan(
    [
      request(0, 0, 'A'),
      invalidate(500, 0, 'x'),
      { at: 1000, kind: 'crash', instance: 1, downMs: 100 },
      request(3000, 1, 'A'),
    ],
    { fates: [failing({ instance: 1, operation: 'get', key: '/bell', from: 2000, times: 3 })] },
  ),
  'a writer that dies before it rings': plan(
    [
      request(0, 1, 'A'),
      invalidate(500, 0, 'x'),
      { at: 530, kind: 'crash', instance: 0, downMs: 1000 },
      request(2000, 1, 'A'),
      request(700_000, 1, 'A'),
    ],
    { fates: [slow({ instance: 0, operation: 'put', key: '/bell' }, 100)] },
  ),
  'the first request after a minute without any': plan([
    request(0, 1, 'A'),
    invalidate(30_000, 0, 'x'),
    request(60_000, 1, 'A'),
  ]),
}

/** By what happens. */
export const DIRECTED_PLANS: Readonly<Record<string, Plan>> = { ...RINGS, ...CLOCKS, ...STAMPS, ...MERGES, ...STARTS }
