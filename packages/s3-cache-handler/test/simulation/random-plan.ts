import type { Action, Plan, Settings, TimedAction } from './plan.ts'
import type { PageName, TagName } from './pages.ts'
import type { Random } from './random.ts'

/** What a schedule is about: most often anything, else what hardly ever comes up by itself. */
export type Focus = 'anything' | 'compaction' | 'starts' | 'pruning' | 'deadlines'

const YEAR_MS = 365 * 24 * 60 * 60 * 1000
const INSTANCES = 3
const EVERY_PAGE: readonly [PageName, ...PageName[]] = ['A', 'A', 'B', 'N', 'P', 'F', 'C']
const PAGES_OF: Readonly<Record<TagName, readonly [PageName, ...PageName[]]>> = {
  x: ['A', 'B'],
  y: ['B', 'N', 'F'],
  '_N_T_/n': ['N'],
  '_N_T_/p': ['P'],
}
const EVERY_TAG: readonly [TagName, ...TagName[]] = ['x', 'x', 'y', 'y', '_N_T_/n', '_N_T_/p']

export function randomPlan(random: Random, focus: Focus = pickFocus(random)): Plan {
  const quietAtMs = random.pick([6000, 15_000, 30_000, focus === 'pruning' ? 60_000 : 660_000])
  const settings = randomSettings(random, focus)
  const when = clusteredTimes(random, quietAtMs)
  const actions: TimedAction[] = []
  const add = (count: number, action: () => Action): void => {
    for (let index = 0; index < count; index++) actions.push({ at: when(), ...action() })
  }
  const instance = (): number => random.int(0, INSTANCES - 1)
  add(random.int(10, 50), () => ({ kind: 'request', instance: instance(), page: random.pick(EVERY_PAGE) }))
  add(focus === 'compaction' ? random.int(8, 24) : random.pick([1, 2, 3, 6, 9]), () => ({
    kind: 'invalidate',
    instance: instance(),
    tag: random.pick(EVERY_TAG),
    ...expiry(random, focus),
  }))
  if (random.chance(0.3)) add(random.int(1, 3), () => ({ kind: 'on-demand', instance: instance() }))
  if (random.chance(0.15)) add(1, () => ({ kind: 'clear', instance: instance() }))
  const crashes = focus === 'starts' ? random.int(1, 4) : random.pick([0, 0, 1, 2])
  add(crashes, () => ({ kind: 'crash', instance: instance(), downMs: random.int(1, 2000) }))
  addMachineTrouble(random, add, instance)
  if (random.chance(0.2)) add(random.int(1, 2), () => ({ kind: 'delete-bell' }))
  if (random.chance(0.05)) add(1, () => ({ kind: 'corrupt-log' }))
  if (random.chance(0.03)) add(1, () => ({ kind: 'damage-log' }))
  const echoes = actions.flatMap((action) => echoesOf(random, action, settings))
  return { settings, actions: [...actions, ...echoes], quietAtMs }
}

const pickFocus = (random: Random): Focus =>
  random.pick(['anything', 'anything', 'anything', 'compaction', 'compaction', 'starts', 'pruning', 'deadlines'])

function randomSettings(random: Random, focus: Focus): Settings {
  const slow = random.pick([5, 20, 20, 60, 150])
  const isFaulty = random.chance(0.7)
  return {
    instances: INSTANCES,
    tagRefreshMs: random.pick([0, 300, 1000, 1000]),
    timeoutMs: random.pick([500, 1000]),
    maxEntryAgeMs: focus === 'pruning' ? random.int(1000, 20_000) : YEAR_MS,
    memoryMaxBytes: random.chance(0.8) ? 2 ** 20 : 0,
    pageSize: focus === 'compaction' ? random.pick([2, 5, 10, 1000]) : random.pick([1, 3, 1000]),
    listsInOrder: random.chance(0.9),
    latencyMs: [1, slow],
    renderMs: [0, random.pick([50, 400, 3000])],
    failing: isFaulty ? random.pick([0.02, 0.05, 0.1, 0.2]) : 0,
    repeated: isFaulty ? random.pick([0, 0.05]) : 0,
    silent: random.pick([0.2, 0.5, 0.8]),
    late: random.pick([0, 0.5, 0.9]),
    failedRenders: random.pick([0, 0.2, 0.5]),
    skewMs: random.pick([0, 500, 5000, 120_000]),
    limitsRings: random.chance(0.15),
    history: randomHistory(random, focus),
  }
}

/** A log that a merge is due in soon, or one of a single generation, or none. */
function randomHistory(random: Random, focus: Focus): number[] {
  if (focus === 'compaction' || focus === 'pruning') return [random.int(10, 17), random.pick([0, 3, 16])]
  return random.chance(0.5) ? [] : [random.int(1, 5)]
}

function expiry(random: Random, focus: Focus): { readonly expireSeconds?: number } {
  if (!random.chance(focus === 'deadlines' ? 0.9 : 0.4)) return {}
  return { expireSeconds: random.pick([1, 5, 20, 300, Infinity]) }
}

/**
 * What is most likely to go wrong, soon after: an invalidation is asked for while it is on its way, and as soon as it must
 * hold; a process that starts is called for one before anything else.
 */
function echoesOf(random: Random, action: TimedAction, { tagRefreshMs, instances }: Settings): TimedAction[] {
  if (action.kind === 'crash' && random.chance(0.5)) {
    const { instance } = action
    const at = action.at + action.downMs + random.int(1, 50)
    return [{ at, kind: 'invalidate', instance, tag: random.pick(EVERY_TAG), expireSeconds: random.pick([1, 5, 20]) }]
  }
  if (action.kind !== 'invalidate') return []
  return Array.from({ length: random.int(1, 5) }, () => ({
    at: action.at + random.int(0, 200) + (random.chance(0.5) ? random.int(0, 2) * tagRefreshMs : 0),
    kind: 'request',
    instance: random.int(0, instances - 1),
    page: random.pick(PAGES_OF[action.tag]),
  }))
}

/** Most schedules have two rushes, in which most things happen. */
function clusteredTimes(random: Random, quietAtMs: number): () => number {
  const rushes = random.chance(0.7) ? [1, 2].map(() => random.int(0, quietAtMs)) : []
  const width = random.pick([300, 1500, 6000])
  return () => {
    const [one, other] = rushes
    if (one === undefined || other === undefined || random.chance(0.3)) return random.int(0, quietAtMs)
    return Math.min(quietAtMs, (random.chance(0.7) ? one : other) + random.int(0, width))
  }
}

/**
 * Freezes in which the monotonic clock stands still, and wall clocks that are set back, are kept apart: where both
 * happen to one machine at once, none of its clocks tells that time has passed.
 */
function addMachineTrouble(
  random: Random,
  add: (count: number, action: () => Action) => void,
  instance: () => number,
): void {
  const setsBack = random.chance(0.5)
  add(random.pick([0, 0, 1, 2]), () => ({
    kind: 'freeze',
    instance: instance(),
    ms: random.pick([400, 3000, 60_000]),
    standsStill: !setsBack && random.chance(0.6),
  }))
  add(random.pick([0, 0, 1, 3]), () => ({
    kind: 'step-clock',
    instance: instance(),
    ms: (setsBack && random.chance(0.6) ? -1 : 1) * random.pick([700, 5000, 3_600_000]),
  }))
  add(random.pick([0, 0, 0, 1, 2]), () => ({ kind: 'outage', instance: instance(), ms: random.int(100, 8000) }))
}
