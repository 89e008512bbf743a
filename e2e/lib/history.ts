/** Times are by `performance.now()`. What is counted is how often the origin was asked for a key: a later render counts more. */
export interface Read {
  readonly instance: string
  readonly key: string
  readonly startedAt: number
  readonly endedAt: number
  /** What the origin said to the render that was served. */
  readonly count: number
}

export interface Invalidation {
  readonly key: string
  readonly calledAt: number
  /** What the origin had counted when it was called: later reads must show more. */
  readonly count: number
  /** Undefined for one that was never acknowledged, which may hold or not. */
  readonly acknowledgedAt: number | undefined
}

export interface Violation {
  readonly read: Read
  readonly invalidation: Invalidation
  /** By how much the read began too late to show what it did. */
  readonly lateMs: number
}

export interface Delays {
  /** How long after an acknowledgment an instance gave its first new answer; 0 for one before it. */
  readonly delaysMs: readonly number[]
  /** How many first new answers never came: nobody asked that instance again, or it had nothing new. */
  readonly missing: number
}

type Acknowledged = Invalidation & { readonly acknowledgedAt: number }

/** All that a fleet was asked and answered. */
export class History {
  readonly reads: Read[] = []
  readonly invalidations: Invalidation[] = []

  get acknowledged(): Acknowledged[] {
    return this.invalidations.filter(
      (invalidation): invalidation is Acknowledged => invalidation.acknowledgedAt !== undefined,
    )
  }

  /** Reads that began more than `boundMs` after an acknowledgment, and were of a render from before the invalidation. */
  violations(boundMs: number): Violation[] {
    const byKey = groupByKey(this.acknowledged)
    return this.reads.flatMap((read) => {
      const lateOf = ({ acknowledgedAt }: Acknowledged): number => read.startedAt - acknowledgedAt - boundMs
      const invalidation = byKey.get(read.key)?.find((one) => lateOf(one) > 0 && read.count <= one.count)
      return invalidation === undefined ? [] : [{ read, invalidation, lateMs: lateOf(invalidation) }]
    })
  }

  /** For each acknowledged invalidation and each instance that was ever read. */
  delays(): Delays {
    const readsOf = groupByKey(this.reads)
    const instances = new Set(this.reads.map(({ instance }) => instance))
    const delaysMs = this.acknowledged.flatMap(({ key, count, calledAt, acknowledgedAt }) => {
      const first = new Map<string, number>()
      for (const read of readsOf.get(key) ?? []) {
        if (read.startedAt < calledAt || read.count <= count) continue
        first.set(read.instance, Math.min(read.endedAt, first.get(read.instance) ?? Infinity))
      }
      return Array.from(first.values(), (endedAt) => Math.max(0, endedAt - acknowledgedAt))
    })
    return { delaysMs, missing: this.acknowledged.length * instances.size - delaysMs.length }
  }
}

function groupByKey<T extends { readonly key: string }>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(item.key)
    if (group === undefined) groups.set(item.key, [item])
    else group.push(item)
  }
  return groups
}
