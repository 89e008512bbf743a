import type { Runtime } from '../src/lib/runtime.ts'

/** Time that moves only when told. */
export interface ManualRuntime extends Runtime {
  /** Lets time pass on both clocks, ends the sleeps that are over, and lets what waited for them run. */
  pass(ms: number): Promise<void>
  /** Sets the wall clock, as NTP or a person does. */
  setWall(ms: number): void
}

export function createManualRuntime({ random = () => 0.5 }: { random?: () => number } = {}): ManualRuntime {
  let monotonic = 5000
  let wall = 1_700_000_000_000
  let ids = 0
  const sleeps: { readonly until: number; readonly wake: () => void }[] = []
  return {
    wallMs: () => wall,
    monotonicMs: () => monotonic,
    sleep: (ms) => new Promise((resolve) => void sleeps.push({ until: monotonic + ms, wake: resolve })),
    random,
    id: () => `id-${String(++ids).padStart(6, '0')}`,
    setWall: (ms) => void (wall = ms),
    async pass(ms) {
      await settle()
      monotonic += ms
      wall += ms
      const over = sleeps.filter(({ until }) => until <= monotonic)
      for (const sleep of over) {
        sleeps.splice(sleeps.indexOf(sleep), 1)
        sleep.wake()
      }
      await settle()
    },
  }
}

/** Lets everything run that waits for nothing but promises. */
export const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))
