import { IncompleteClearError } from './errors.ts'
import { decodeName } from './keys/encode-key.ts'
import { type Layout, SHARED } from './keys/layout.ts'
import { deleteIfSame } from './object-store/delete-if-same.ts'
import { listPages } from './object-store/list-pages.ts'
import type { ObjectStore, ObjectSummary } from './object-store/object-store.ts'

/** So many objects are deleted by one request: as many as S3 takes. */
const BATCH = 1000

/**
 * - `current`: that of this process, whatever its age
 * - `alive`: seen within the time
 * - `dead`: not seen for longer
 * - `unknown`: it has entries, and nothing tells when it was seen: it never served, or in `next dev` only
 */
export type DeploymentState = 'current' | 'alive' | 'dead' | 'unknown'

/** A deployment and what it has in the bucket of its own. What deployments share is nobody's. */
export interface DeploymentSummary {
  /** The deployment's name; that of its folder, where the name is longer than 80 bytes. */
  readonly id: string
  /** Only what is `dead` is deleted. */
  readonly state: DeploymentState
  /** When one of its processes last showed that it runs, which each does once an hour: in ms since the Unix epoch. */
  readonly lastSeenAt: number | undefined
  /** How many entries it has. */
  readonly entries: number
  /** How many objects in all: entries, those of the index of tags, and the one that shows when it was seen. */
  readonly objects: number
  /** The size of all these objects. */
  readonly bytes: number
}

export interface CollectParts {
  readonly store: ObjectStore
  readonly layout: Layout
  /** The store's time, where a listing does not tell it: in ms since the Unix epoch. */
  readonly now: () => number
}

export interface CollectOptions {
  /** IDs that are alive, whatever their objects say. */
  readonly current: readonly string[]
  readonly deadAfterMs: number
  /** Deletes nothing. All else is done as if it did. */
  readonly dryRun: boolean
  /** Told the key of every object that is deleted. */
  readonly onObject: (key: string) => void
}

export interface Collected {
  readonly deployments: readonly DeploymentSummary[]
  /** How many objects were deleted. */
  readonly deleted: number
}

/** A deployment, as far as it is known. */
interface Found {
  state: DeploymentState
  heartbeat: ObjectSummary | undefined
  entries: number
  objects: number
  bytes: number
  /** Keys that are to be deleted, not yet as many as one request takes. */
  waiting: string[]
}

/**
 * Deletes what deployments that are dead have of their own. Before each request it is looked whether the deployment has
 * come back: then the rest is left to it. Its heartbeat goes last, so that a run that breaks off is finished by the next.
 * Throws {@link IncompleteClearError} when objects are left.
 */
export async function collectDeployments(parts: CollectParts, options: CollectOptions): Promise<Collected> {
  const found = await findHeartbeats(parts, options)
  const run = { parts, options, found, deleted: 0 }
  await collectUnder(run, parts.layout.entries('all'), (key) => key)
  await collectUnder(run, parts.layout.indexes(), (key) => parts.layout.entryOfIndex(key))
  for (const deployment of found.values()) await deleteHeartbeat(run, deployment)
  return { deployments: [...found].map(summarize), deleted: run.deleted }
}

interface Run {
  readonly parts: CollectParts
  readonly options: CollectOptions
  /** By their folder in `entries/`. */
  readonly found: Map<string, Found>
  deleted: number
}

async function findHeartbeats(
  { store, layout, now }: CollectParts,
  { current, deadAfterMs }: CollectOptions,
): Promise<Map<string, Found>> {
  const own = new Set(current.map((id) => layout.scopeOfDeploy(layout.deploy(id)) ?? ''))
  const found = new Map([...own].map((scope) => [scope, newlyFound('current')]))
  let cursor: string | undefined
  do {
    const page = await store.list(layout.deploys, { cursor })
    // Both times are the store's: no clock of ours decides.
    const date = page.date ?? now()
    for (const heartbeat of page.objects) {
      const scope = layout.scopeOfDeploy(heartbeat.key)
      if (scope === undefined) continue
      const isDead = date - heartbeat.lastModified > deadAfterMs
      const state = own.has(scope) ? 'current' : isDead ? 'dead' : 'alive'
      found.set(scope, { ...newlyFound(state), heartbeat, objects: 1, bytes: heartbeat.size })
    }
    cursor = page.cursor
  } while (cursor !== undefined)
  return found
}

const newlyFound = (state: DeploymentState): Found => ({
  state,
  heartbeat: undefined,
  entries: 0,
  objects: 0,
  bytes: 0,
  waiting: [],
})

/** Counts what is there for every deployment, and deletes it for the dead. */
async function collectUnder(run: Run, prefix: string, entryOf: (key: string) => string): Promise<void> {
  const { store, layout } = run.parts
  for await (const page of listPages(store, prefix)) {
    for (const { key, size } of page) {
      const entryKey = entryOf(key)
      const { scope, encodedKey } = layout.partsOf(entryKey)
      // What is not named as we name it is not ours.
      if (scope === '' || scope === SHARED || encodedKey === '') continue
      const deployment = run.found.get(scope) ?? newlyFound('unknown')
      run.found.set(scope, deployment)
      if (key === entryKey) deployment.entries += 1
      deployment.objects += 1
      deployment.bytes += size
      if (deployment.state === 'dead') deployment.waiting.push(key)
      if (deployment.waiting.length === BATCH) await deleteWaiting(run, deployment)
    }
  }
  for (const deployment of run.found.values()) await deleteWaiting(run, deployment)
}

async function deleteWaiting(run: Run, deployment: Found): Promise<void> {
  const keys = deployment.waiting.splice(0)
  if (keys.length === 0 || !(await isStillDead(run, deployment))) return
  if (!run.options.dryRun) {
    const { failed } = await run.parts.store.deleteMany(keys)
    const [first] = failed
    if (first !== undefined) throw new IncompleteClearError(failed.length, `"${first.key}": ${first.reason}`)
    run.deleted += keys.length
  }
  for (const key of keys) run.options.onObject(key)
}

/** A deployment that comes back writes its heartbeat first. */
async function isStillDead({ parts, options }: Run, deployment: Found): Promise<boolean> {
  const { heartbeat, state } = deployment
  if (heartbeat === undefined || state !== 'dead') return false
  if (options.dryRun) return true
  const result = await parts.store.get(heartbeat.key, { ifNoneMatch: heartbeat.etag, absentIfDenied: true })
  if (result.kind === 'not-modified' || (result.kind === 'found' && result.etag === heartbeat.etag)) return true
  // Where it is absent somebody else collects, or has: without a heartbeat nothing is deleted.
  deployment.state = result.kind === 'found' ? 'alive' : 'unknown'
  return false
}

async function deleteHeartbeat(run: Run, deployment: Found): Promise<void> {
  const { heartbeat } = deployment
  if (heartbeat === undefined || !(await isStillDead(run, deployment))) return
  if (!run.options.dryRun) {
    if (!(await deleteIfSame(run.parts.store, heartbeat))) {
      deployment.state = 'alive'
      return
    }
    run.deleted += 1
  }
  run.options.onObject(heartbeat.key)
}

const summarize = ([scope, { state, heartbeat, entries, objects, bytes }]: [string, Found]): DeploymentSummary => ({
  id: decodeName(scope) ?? scope,
  state,
  lastSeenAt: heartbeat?.lastModified,
  entries,
  objects,
  bytes,
})
