import { expect } from 'vitest'

/** For what instances come to know by and by, such as what another has stored: checked until it holds. */
export const soon = <T>(look: () => Promise<T>): ReturnType<typeof expect.poll<T>> =>
  expect.poll(look, { timeout: 10_000, interval: 50 })
