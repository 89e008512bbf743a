import { setTimeout as sleep } from 'node:timers/promises'
import { DEFAULT_TAG_REFRESH_MS } from './fleet.ts'

/** Until every instance of a fleet with default options must know what was invalidated before. */
export const seen = (): Promise<unknown> => sleep(DEFAULT_TAG_REFRESH_MS + 200)
