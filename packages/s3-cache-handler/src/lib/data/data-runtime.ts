import { setTimeout as sleep } from 'node:timers/promises'
import { outside } from '../async-context.ts'
import { type Runtime, systemRuntime } from '../runtime.ts'

/** Time and chance as a framework that has called us has not patched them. */
export interface DataRuntime extends Runtime {
  /** A short sleep in the middle of something that somebody waits for: keeps the process alive. */
  pause(ms: number): Promise<void>
}

export const dataRuntime: DataRuntime = {
  wallMs: () => outside(() => systemRuntime.wallMs()),
  monotonicMs: () => outside(() => systemRuntime.monotonicMs()),
  sleep: (ms, signal) => outside(() => systemRuntime.sleep(ms, signal)),
  pause: (ms) => outside(() => sleep(ms)),
  random: () => outside(() => systemRuntime.random()),
  id: () => outside(() => systemRuntime.id()),
}
