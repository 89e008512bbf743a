import { unstable_cache } from 'next/cache'
import { PHASE_PRODUCTION_BUILD } from 'next/constants.js'
import { WireUnreachableError } from './ask.ts'

export type Reached<T> = { readonly kind: 'reached'; readonly value: T } | { readonly kind: 'unreachable' }

/**
 * A build needs no newsroom: there a page that cannot reach it says so, and is rendered anew once the app runs.
 * Afterwards the failure is thrown, because Next then keeps serving the last good render.
 */
export async function reach<T>(read: () => Promise<T>): Promise<Reached<T>> {
  try {
    return { kind: 'reached', value: await read() }
  } catch (error) {
    if (!isUnreachableAtBuild(error)) throw error
    return await shortLivedPlaceholder()
  }
}

export const isUnreachableAtBuild = (error: unknown): boolean =>
  error instanceof WireUnreachableError && process.env.NEXT_PHASE === PHASE_PRODUCTION_BUILD

/** A page lives as long as its shortest-lived part; with this part in it, one second. */
const shortLivedPlaceholder = unstable_cache(async () => ({ kind: 'unreachable' as const }), ['wire-unreachable'], {
  revalidate: 1,
})
