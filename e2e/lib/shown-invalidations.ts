import { fileURLToPath } from 'node:url'
import type { Instance } from './stage.ts'

/** What an instance needs, so that it is seen what becomes of its invalidations. */
export const INVALIDATIONS_SHOWN: Readonly<Record<string, string>> = {
  NODE_OPTIONS: `--import=${fileURLToPath(new URL('./print-invalidations.mjs', import.meta.url))}`,
}

/** Whether a batch of an instance's invalidations was acknowledged after its log was so long. */
export const isAnnounced = (instance: Instance, from: number): boolean => instance.logs().includes('[announced]', from)

/** Whether storing one failed after its log was so long. */
export const hasFailed = (instance: Instance, from: number): boolean =>
  instance.logs().includes('[invalidation failed]', from)
