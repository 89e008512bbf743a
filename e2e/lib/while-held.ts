import type { Held } from './origin.ts'
import type { Instance } from './stage.ts'
import type { Visit } from './visit.ts'

/** Acts while the origin does not answer. */
export async function whileHeld(held: Held, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } finally {
    held.release()
  }
}

/** Gives up on an answer that waits for the origin. */
export const ask = (instance: Instance, path: string): Promise<Visit> =>
  instance.visit(path, { signal: AbortSignal.timeout(3000) })
