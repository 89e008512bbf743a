import { fileURLToPath } from 'node:url'
import type { Instance } from './stage.ts'

/** What an instance needs, so that it is seen what becomes of its invalidations. */
export const INVALIDATIONS_SHOWN: Readonly<Record<string, string>> = {
  NODE_OPTIONS: `--import=${fileURLToPath(new URL('./print-invalidations.mjs', import.meta.url))}`,
}

/** How many batches of an instance's invalidations are acknowledged. */
export const announced = (instance: Instance): number => count(instance, '[announced]')

/** How often storing one failed. */
export const failed = (instance: Instance): number => count(instance, '[invalidation failed]')

const count = (instance: Instance, text: string): number => instance.logs().split(text).length - 1
