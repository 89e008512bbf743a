import { Bucket } from './bucket.ts'
import { EPOCH } from './machine.ts'
import type { Modules } from './modules.ts'
import { CELLS, type Cell } from './pages.ts'
import type { Plan, Settings } from './plan.ts'
import type { Random } from './random.ts'
import { Reference, type Versions } from './reference.ts'
import { Scheduler } from './scheduler.ts'

/** How often what happened: a schedule in which nothing happens proves nothing. */
export type Counts = Record<string, number>

/** What the parts of a schedule share. */
export class World {
  readonly modules: Modules
  readonly settings: Settings
  readonly random: Random
  readonly scheduler: Scheduler = new Scheduler()
  readonly reference: Reference
  readonly bucket: Bucket
  readonly counts: Counts = {}
  readonly trace: string[] = []
  readonly #data: Record<Cell, number> = { x: 0, y: 0, n: 0, p: 0 }
  readonly #isTraced: boolean
  #quiet = false
  #violation: string | undefined
  #isDefect = false

  constructor(modules: Modules, { settings }: Plan, random: Random, isTraced: boolean) {
    this.modules = modules
    this.settings = settings
    this.random = random
    this.#isTraced = isTraced
    this.reference = new Reference(settings.tagRefreshMs)
    this.bucket = new Bucket(() => EPOCH + this.scheduler.now, settings)
  }

  /** Whether faults have ended. */
  get isQuiet(): boolean {
    return this.#quiet
  }

  quieten(): void {
    this.log('FAULTS END')
    this.#quiet = true
  }

  get violation(): string | undefined {
    return this.#violation
  }

  get isDefect(): boolean {
    return this.#isDefect
  }

  /** @param isDefect Whether the package threw what it never may. */
  violate(what: string, isDefect: boolean = false): void {
    this.log(`VIOLATION: ${what}`)
    this.#isDefect ||= isDefect
    this.#violation ??= `at ${this.scheduler.now}: ${what}`
    this.scheduler.stop()
  }

  count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1
  }

  log(what: string): void {
    if (this.#isTraced) this.trace.push(`${this.scheduler.now.toFixed(1).padStart(9)}  ${what}`)
  }

  /** The data changes, as before an invalidation. */
  change(cells: readonly Cell[]): Versions {
    return Object.fromEntries(cells.map((cell) => [cell, ++this.#data[cell]]))
  }

  read(cells: readonly Cell[] = CELLS): Versions {
    return Object.fromEntries(cells.map((cell) => [cell, this.#data[cell]]))
  }
}
