import { Instance, PREFIX } from './instance.ts'
import { lastActions } from './last-actions.ts'
import { EPOCH, Machine } from './machine.ts'
import type { Modules } from './modules.ts'
import { newNetworkState } from './network.ts'
import type { Action, Plan } from './plan.ts'
import { Random } from './random.ts'
import { type Focus, randomPlan } from './random-plan.ts'
import { Visitor } from './visitor.ts'
import { type Counts, World } from './world.ts'

const DAY_MS = 24 * 60 * 60 * 1000

export interface Outcome {
  /** What an answer broke; absent if nothing. */
  readonly violation: string | undefined
  /** Whether that is an exception of the package's own. */
  readonly isDefect: boolean
  readonly counts: Counts
  /** What happened, a line each; empty unless asked for. */
  readonly trace: readonly string[]
}

export interface SimulateOptions {
  /** Whether to tell what happened, line by line. */
  readonly isTraced?: boolean
  /** What a plan leaves to chance. */
  readonly random?: Random
}

/** Runs the schedule of a seed. The same seed gives the same outcome. */
export function simulateSeed(
  modules: Modules,
  seed: number,
  { focus, isTraced = false }: SimulateOptions & { readonly focus?: Focus | undefined } = {},
): Promise<Outcome> {
  const random = new Random(seed)
  return simulate(modules, randomPlan(random, focus), { isTraced, random })
}

export async function simulate(
  modules: Modules,
  plan: Plan,
  { isTraced = false, random = new Random(1) }: SimulateOptions = {},
): Promise<Outcome> {
  const world = new World(modules, plan, random, isTraced)
  await new Simulation(world, plan).run()
  return { violation: world.violation, isDefect: world.isDefect, counts: world.counts, trace: world.trace }
}

class Simulation {
  readonly #world: World
  readonly #plan: Plan
  readonly #visitor: Visitor
  readonly #network = newNetworkState()
  readonly #running: (Instance | undefined)[] = []
  readonly #boots: number[] = []
  /** Whether a merge may take everything away, at any time: old events are days old in no other schedule. */
  readonly #isPruned: boolean

  constructor(world: World, plan: Plan) {
    this.#world = world
    this.#plan = plan
    this.#isPruned = plan.settings.maxEntryAgeMs < DAY_MS
    const mayClear =
      this.#isPruned || plan.actions.some(({ kind }) => ['clear', 'corrupt-log', 'damage-log'].includes(kind))
    this.#visitor = new Visitor(world, mayClear)
  }

  async run(): Promise<void> {
    const { scheduler, settings, random } = this.#world
    this.#writeHistory()
    for (let index = 0; index < settings.instances; index++) this.#boot(index)
    scheduler.at(this.#plan.quietAtMs, () => this.#world.quieten())
    const last = lastActions(this.#plan, random, this.#isPruned)
    for (const action of [...this.#plan.actions, ...last]) scheduler.at(action.at, () => this.#act(action))
    await scheduler.run()
  }

  #boot(index: number): void {
    const { random, settings, scheduler } = this.#world
    const boot = (this.#boots[index] ?? 0) + 1
    this.#boots[index] = boot
    const skewMs = settings.clockOffsetsMs?.[index] ?? random.int(-settings.skewMs, settings.skewMs)
    const machine = new Machine(`i${index}.${boot}`, skewMs, scheduler, random)
    this.#world.log(`${machine.name} BOOTS, clock off by ${skewMs}`)
    this.#running[index] = new Instance(this.#world, machine, index, this.#network)
  }

  /** Requests come when the machine can take them. */
  #on(index: number, run: (instance: Instance) => Promise<void>): void {
    const instance = this.#running[index]
    instance?.machine.deliver(() => void run(instance))
  }

  #act(action: Action): void {
    const visitor = this.#visitor
    switch (action.kind) {
      case 'request':
        return this.#on(action.instance, (instance) => visitor.request(instance, action))
      case 'invalidate':
        return this.#on(action.instance, (instance) => visitor.invalidate(instance, action))
      case 'on-demand':
        return this.#on(action.instance, (instance) => visitor.revalidateOnDemand(instance))
      case 'clear':
        return this.#on(action.instance, (instance) => visitor.clear(instance))
      default:
        this.#world.count(action.kind)
        this.#world.log(JSON.stringify(action))
        this.#disturb(action)
    }
  }

  #disturb(action: Action): void {
    const { bucket, scheduler } = this.#world
    const instance = 'instance' in action ? this.#running[action.instance] : undefined
    switch (action.kind) {
      case 'crash':
        if (instance === undefined) return
        instance.machine.crash()
        this.#running[action.instance] = undefined
        scheduler.after(action.downMs, () => this.#boot(action.instance))
        return
      case 'freeze':
        return instance?.machine.freeze(action.ms, action.standsStill)
      case 'step-clock':
        return instance?.machine.stepClock(action.ms)
      case 'outage':
        return instance?.network.cut(action.ms)
      case 'delete-bell':
        return bucket.delete(`${PREFIX}v1/tags/bell`)
      case 'corrupt-log':
        bucket.put(`${PREFIX}v1/tags/log/0000/zz-later-release`, Buffer.from('of a later release'))
        return
      case 'damage-log':
        for (const key of bucket.keys(`${PREFIX}v1/tags/log/`)) bucket.put(key, Buffer.from('damaged'))
        return
      default:
    }
  }

  /** What was invalidated in the days before. */
  #writeHistory(): void {
    const { modules, settings, bucket, random } = this.#world
    const layout = modules.layout.createLayout(PREFIX)
    let at = EPOCH - DAY_MS
    for (const [generation, objects] of settings.history.entries()) {
      for (let index = 0; index < objects; index++) {
        const events = new modules.tagFold.TagFold()
        const subject = modules.subjects.tagSubject(random.pick(['x', 'y', 'old']))
        events.add(subject, { hardAt: (at += 1000), soft: [] }, -Infinity)
        bucket.put(layout.logObject(generation, random.id()), modules.logCodec.encodeEvents(events))
      }
    }
    if (settings.history.length > 0) bucket.put(layout.bell, Buffer.from(random.id()))
  }
}
