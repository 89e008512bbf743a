import { expect } from '@playwright/test'
import type { FaultRule } from 'local-s3'
import type { Bucket } from './bucket.ts'

/** What goes wrong, and how it is seen to have. */
export interface Trouble {
  /** Whether nothing can be stored meanwhile, so that an invalidation must be reported. */
  readonly isOutage: boolean
  /** @param probability That a request meets it. */
  readonly begin: (bucket: Bucket, probability: number) => Promise<RunningTrouble>
}

export interface RunningTrouble {
  /** Resolves with how many requests met it. */
  readonly end: () => Promise<number>
}

export const faulty = (rule: Omit<FaultRule, 'probability'>, isOutage: boolean): Trouble => ({
  isOutage,
  async begin({ faults }, probability) {
    const fault = faults.add({ ...rule, probability })
    return {
      async end() {
        faults.remove(fault.id)
        return fault.fired
      },
    }
  },
})

/** The store's clock is behind where all requests are to meet it, and else ahead. */
export const wrongClock = (offMs: number): Trouble => ({
  isOutage: false,
  async begin({ clock, requests, url }, probability) {
    clock.setOffset(probability < 1 ? offMs : -offMs)
    const { headers } = await fetch(url)
    expect(Math.abs(Date.parse(headers.get('date') ?? '') - Date.now())).toBeGreaterThan(offMs - 2000)
    const before = requests.count()
    return {
      async end() {
        clock.setOffset(0)
        return requests.count() - before
      },
    }
  },
})
