import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

/** Time and chance, as the rules of the tag log use them; the simulation brings its own. */
export interface Runtime {
  /** The wall clock, in ms since the Unix epoch. People and NTP set it, back as well as forth. */
  wallMs(): number
  /** In ms from any start. Never goes back, and stands still while the machine is frozen. */
  monotonicMs(): number
  /** Does not keep the process alive. Rejects when `signal` aborts, and leaves no timer then. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** From 0 to 1, as `Math.random`. */
  random(): number
  /** Unlike any other, on any machine. */
  id(): string
}

export const systemRuntime: Runtime = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { ref: false, ...(signal && { signal }) }),
  random: () => Math.random(),
  id: () => randomUUID(),
}
