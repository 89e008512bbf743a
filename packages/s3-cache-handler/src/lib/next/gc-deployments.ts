import { inspect } from 'node:util'
import { outside } from '../async-context.ts'
import { collectDeployments, type DeploymentSummary } from '../deployments.ts'
import { NoCacheError } from '../errors.ts'
import { refuse, refuseUnknown } from './call-options.ts'
import { HEARTBEAT_MS } from './heartbeat.ts'
import type { Enabled } from './next-environment.ts'
import { isDisabled, openEnvironments } from './open-environments.ts'

/** What {@link gcDeployments} is to do. */
export interface GcOptions {
  /** Deletes nothing, and answers what would be deleted. @default true */
  readonly dryRun?: boolean
  /**
   * A deployment is dead when none of its processes showed itself for so many seconds. At least 7,200, because a living
   * one shows itself once an hour. @default 604800
   */
  readonly deadAfterSeconds?: number
  /** Told the key of each object that is deleted, or in a dry run would be. What it throws ends the run. */
  readonly onObject?: (key: string) => void
}

/** What {@link gcDeployments} found and did. */
export interface GcResult {
  /** Every deployment that has anything in the bucket, and the current one. */
  readonly deployments: readonly DeploymentSummary[]
  /** How many objects were deleted; 0 in a dry run, in which it would be the `objects` of the dead. */
  readonly deleted: number
}

export const WEEK_SECONDS: number = 7 * 24 * 60 * 60
/** One heartbeat may fail. */
export const MIN_DEAD_AFTER_SECONDS: number = (2 * HEARTBEAT_MS) / 1000

/** In every place that a handler of this process works on, as the entry point says. */
export async function gcDeployments(options: GcOptions = {}): Promise<GcResult> {
  check(options)
  const environments = openEnvironments()
  if (environments.length === 0 && !isDisabled()) {
    throw new NoCacheError('gcDeployments needs a process in which Next has loaded s3-cache-handler')
  }
  const { dryRun = true, deadAfterSeconds = WEEK_SECONDS, onObject = () => {} } = options
  const deadAfterMs = deadAfterSeconds * 1000
  const deployments: DeploymentSummary[] = []
  let deleted = 0
  for (const [first, ...others] of byPlace(environments)) {
    const { store, layout, cache } = first
    const now = (): number => cache.now()
    const current = [first, ...others].flatMap(({ scopes: { response } }) =>
      response.kind === 'deployment' ? [response.id] : [],
    )
    const collected = await outside(() =>
      collectDeployments({ store, layout, now }, { current, deadAfterMs, dryRun, onObject }),
    )
    deployments.push(...collected.deployments)
    deleted += collected.deleted
  }
  return { deployments, deleted }
}

/** Several handlers of a process may work on the same objects, for several deployments. */
function byPlace(environments: readonly Enabled[]): (readonly [Enabled, ...Enabled[]])[] {
  const places = new Map<string, [Enabled, ...Enabled[]]>()
  // What is in memory goes with its process.
  for (const environment of environments.filter(({ isShared }) => isShared)) {
    const others = places.get(environment.placeId)
    if (others === undefined) places.set(environment.placeId, [environment])
    else others.push(environment)
  }
  return [...places.values()]
}

function check(options: GcOptions): void {
  if (typeof options !== 'object' || options === null) refuse('options', `must be an object, got ${inspect(options)}`)
  refuseUnknown(options, ['dryRun', 'deadAfterSeconds', 'onObject'])
  const { dryRun, deadAfterSeconds, onObject } = options
  if (dryRun !== undefined && typeof dryRun !== 'boolean') {
    refuse('dryRun', `must be true or false, got ${inspect(dryRun)}`)
  }
  const isEnough = Number.isFinite(deadAfterSeconds) && Number(deadAfterSeconds) >= MIN_DEAD_AFTER_SECONDS
  if (deadAfterSeconds !== undefined && !isEnough) {
    refuse('deadAfterSeconds', `must be a number from ${MIN_DEAD_AFTER_SECONDS}, got ${inspect(deadAfterSeconds)}`)
  }
  if (onObject !== undefined && typeof onObject !== 'function') {
    refuse('onObject', `must be a function, got ${inspect(onObject)}`)
  }
}
