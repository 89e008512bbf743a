import { processWide } from '../registry.ts'
import type { Enabled } from './next-environment.ts'

/** Whether a handler of this process is turned off. */
export const isDisabled = (): boolean => disabled().is

/** One for each cache that a handler of Next's works with in this process. */
export const openEnvironments = (): Enabled[] => [...environments().values()]

export function noteDisabled(): void {
  disabled().is = true
}

export function noteOpen(environment: Enabled): void {
  environments().set(JSON.stringify([environment.cacheId, environment.scopes]), environment)
}

const disabled = (): { is: boolean } => processWide('next disabled', () => ({ is: false }))

/** By cache and scope, because Next may load the package more than once, and a handler of one's own is one more. */
const environments = (): Map<string, Enabled> => processWide('next environments', () => new Map<string, Enabled>())
