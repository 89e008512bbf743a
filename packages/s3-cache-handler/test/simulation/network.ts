import type { ObjectOperation, ObjectStore } from '../../src/lib/object-store/object-store.ts'
import type { ObjectStoreErrorCode } from '../../src/lib/object-store/object-store-error.ts'
import type { Machine } from './machine.ts'
import type { Fate, FateRule } from './plan.ts'
import type { World } from './world.ts'

const RING_PAUSE_MS = 1000
/** A request that is late may be this much later than its caller waits. */
const LATEST = 8
const QUIET_MS = 10

/** When each rule of a plan has been used, and when the bell was last rung: of the network, not of one machine. */
export interface NetworkState {
  readonly used: Map<FateRule, number>
  rungAt: number
}

export const newNetworkState = (): NetworkState => ({ used: new Map(), rungAt: -Infinity })

interface Request<T> {
  readonly operation: ObjectOperation
  readonly key: string
  readonly apply: () => T
}

/**
 * The way of one machine to the bucket: each call is one request, which may be lost, late, refused, applied twice, or
 * applied without an answer. What a crashed machine has sent may still arrive.
 */
export class Network {
  readonly #world: World
  readonly #machine: Machine
  readonly #state: NetworkState
  readonly #instance: number
  #downUntil = -Infinity

  constructor(world: World, machine: Machine, instance: number, state: NetworkState) {
    this.#world = world
    this.#machine = machine
    this.#instance = instance
    this.#state = state
  }

  cut(ms: number): void {
    this.#downUntil = Math.max(this.#downUntil, this.#world.scheduler.now + ms)
  }

  /** One attempt a call. */
  store(): ObjectStore {
    const { bucket } = this.#world
    return {
      get: (key, options) => this.#send({ operation: 'get', key, apply: () => bucket.get(key, options?.ifNoneMatch) }),
      head: (key) => this.#send({ operation: 'head', key, apply: () => bucket.head(key) }),
      list: (prefix, options) =>
        this.#send({
          operation: 'list',
          key: prefix,
          apply: () => bucket.list(prefix, options?.cursor, options?.limit),
        }),
      put: (key, body) => {
        const bytes = Buffer.from(body)
        return this.#send({ operation: 'put', key, apply: () => this.#put(key, bytes) })
      },
      delete: (key) =>
        this.#send({
          operation: 'delete',
          key,
          apply: () => {
            bucket.delete(key)
            return true
          },
        }),
      deleteMany: (keys) =>
        this.#send({
          operation: 'deleteMany',
          key: keys[0] ?? '',
          apply: () => {
            for (const key of keys) bucket.delete(key)
            return { failed: [] }
          },
        }),
    }
  }

  #put(key: string, bytes: Buffer): ReturnType<World['bucket']['put']> {
    const { bucket, scheduler, settings } = this.#world
    const isRing = key.endsWith('/bell')
    if (isRing && settings.limitsRings && scheduler.now - this.#state.rungAt < RING_PAUSE_MS) {
      this.#world.count('rings refused')
      throw this.#error('ERR_OBJECT_STORE_BUSY', 'put', key)
    }
    if (isRing) this.#state.rungAt = scheduler.now
    return bucket.put(key, bytes)
  }

  #send<T>(request: Request<T>): Promise<T> {
    const { operation, key } = request
    const fate = this.#fate(operation, key)
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(this.#error('ERR_OBJECT_STORE_UNREACHABLE', operation, key))
      switch (fate.kind) {
        case 'served':
          this.#apply(request, fate.toStoreMs, (answer) =>
            this.#later(fate.backMs, () => void answer.then(resolve, reject)),
          )
          if (fate.repeatedAfterMs !== undefined) {
            this.#world.count('repeated requests')
            this.#apply(request, fate.toStoreMs + fate.repeatedAfterMs)
          }
          break
        case 'failed':
          if (fate.isApplied) this.#apply(request, fate.afterMs / 2)
          this.#later(fate.afterMs, fail)
          break
        case 'silent':
          this.#countLate(key, operation, fate.appliedAfterMs)
          if (fate.appliedAfterMs !== undefined) this.#apply(request, fate.appliedAfterMs)
      }
    })
  }

  /** The request reaches the store, whatever has become of its sender. */
  #apply<T>({ operation, key, apply }: Request<T>, afterMs: number, answer?: (result: Promise<T>) => void): void {
    this.#world.scheduler.after(afterMs, () => {
      const result = attempt(apply)
      result.catch(() => {})
      if (operation !== 'get') this.#world.log(`      store: ${operation} ${key} of ${this.#machine.name}`)
      answer?.(result)
    })
  }

  #later(ms: number, run: () => void): void {
    this.#world.scheduler.after(ms, () => this.#machine.deliver(run))
  }

  #countLate(key: string, operation: ObjectOperation, afterMs = 0): void {
    if (operation !== 'put' || afterMs <= this.#world.settings.timeoutMs) return
    if (key.endsWith('/bell')) this.#world.count('late rings')
    else this.#world.count(key.includes('/tags/log/') ? 'late log objects' : 'late entries')
  }

  #fate(operation: ObjectOperation, key: string): Fate {
    const { random, settings, scheduler, isQuiet } = this.#world
    const ruled = this.#ruled(operation, key)
    if (ruled !== undefined) return ruled
    if (isQuiet) return { kind: 'served', toStoreMs: QUIET_MS, backMs: QUIET_MS }
    const isDown = scheduler.now < this.#downUntil
    const latency = (): number => random.int(...settings.latencyMs)
    if (!isDown && !random.chance(settings.failing)) {
      // A ring that is applied twice would hide another's: what is in between must not repeat PUTs.
      const isRepeated = !key.endsWith('/bell') && operation !== 'get' && random.chance(settings.repeated)
      return {
        kind: 'served',
        toStoreMs: latency(),
        backMs: latency(),
        ...(isRepeated && { repeatedAfterMs: random.int(1, settings.timeoutMs * LATEST) }),
      }
    }
    if (!random.chance(settings.silent)) {
      return { kind: 'failed', afterMs: 2 * latency(), isApplied: !isDown && random.chance(0.5) }
    }
    const { timeoutMs } = settings
    if (isDown || random.chance(0.3)) return { kind: 'silent' }
    const appliedAfterMs = random.chance(settings.late)
      ? timeoutMs + random.int(1, timeoutMs * LATEST)
      : random.int(1, timeoutMs)
    return { kind: 'silent', appliedAfterMs }
  }

  #ruled(operation: ObjectOperation, key: string): Fate | undefined {
    const { settings, scheduler } = this.#world
    const rule = settings.fates?.find(
      (one) =>
        one.instance === this.#instance &&
        one.operation === operation &&
        one.from <= scheduler.now &&
        key.includes(one.key) &&
        (this.#state.used.get(one) ?? 0) < (one.times ?? 1),
    )
    if (rule !== undefined) this.#state.used.set(rule, (this.#state.used.get(rule) ?? 0) + 1)
    return rule?.fate
  }

  #error(code: ObjectStoreErrorCode, operation: ObjectOperation, key: string): Error {
    const { ObjectStoreError } = this.#world.modules.errors
    return new ObjectStoreError(code, 'failed in the simulation', { operation, key })
  }
}

const attempt = async <T>(run: () => T): Promise<T> => run()
