import { type Duration, toSeconds } from '../data/duration.ts'
import {
  collectDeployments,
  type Collected,
  type CollectOptions,
  type CollectParts,
  type DeploymentSummary,
} from '../deployments.ts'
import { MIN_DEAD_AFTER_SECONDS, WEEK_SECONDS } from '../next/gc-deployments.ts'
import type { OpenCache } from '../open-cache.ts'
import { counted, formatBytes, formatDuration, isoTime, jsonOf, printable } from '../format.ts'
import { type Command, FAILED, type Io, SUCCEEDED } from './command.ts'
import { DELETING_FLAGS, mayDelete } from './deleting.ts'
import { type ParsedFlags, textOf, textsOf, UsageError } from './flags.ts'
import { openPlace } from './place.ts'
import { SETTING_FLAGS, settingsOf } from './settings.ts'

export const gcCommand: Command = {
  summary: 'delete what deployments have left behind that run no more',
  description: `Lists all deployments with what they have in the bucket, and deletes what the dead have: those of which no process
has shown itself for --dead-after, which each does once an hour. One of which none ever did, as in "next dev", is
unknown, and stays: "clear --deployment" deletes what it has. What deployments share is nobody's, and stays, too.`,
  flags: {
    ...SETTING_FLAGS,
    'dead-after': { value: 'TIME', help: 'such as 12h or 30d; 7d by default, 2h at least' },
    keep: { value: 'NAME', isList: true, help: 'a deployment to keep, whenever it was seen; may be repeated' },
    ...DELETING_FLAGS,
    json: { help: 'an object of JSON a deployment' },
  },
  async run(flags, io) {
    const deadAfterMs = deadAfterSecondsOf(flags) * 1000
    const { deployment } = settingsOf(flags, io.env)
    const current = [...textsOf(flags, 'keep'), ...(deployment === undefined ? [] : [deployment])]
    const place = openPlace(flags, io)
    const collect = (options: Omit<CollectOptions, 'current'>): Promise<Collected> =>
      collectDeployments(partsOf(place), { current, ...options })

    const startedAt = place.cache.now()
    const { deployments } = await collect({ deadAfterMs, dryRun: true, onObject: () => {} })
    requireKnown(textsOf(flags, 'keep'), deployments)
    if (flags['json'] !== true) io.write(tableOf(deployments, place.cache.now()))
    const dead = deployments.filter(({ state }) => state === 'dead')
    if (flags['dry-run'] === true || dead.length === 0) return report(flags, io, { deployments, deleted: 0 })
    const objects = sumOf(dead, 'objects')
    const what = `${counted(dead.length, 'deployment', 'deployments')}: ${counted(objects, 'object', 'objects')}, ${formatBytes(sumOf(dead, 'bytes'))}`
    if (!(await mayDelete(what, flags, io))) return report(flags, io, { deployments, deleted: 0 }, FAILED)
    let deleted = 0
    const onObject = (): void => {
      if (++deleted % 1000 === 0) io.progress?.(`deleted ${deleted} of ${objects}`)
    }
    // Only what was dead when it was named: a question may stay open for long.
    const sinceMs = place.cache.now() - startedAt + DATE_STEP_MS
    return report(flags, io, await collect({ deadAfterMs: deadAfterMs + sinceMs, dryRun: false, onObject }))
  },
}

/** The dates that a store tells are whole seconds. */
const DATE_STEP_MS = 1000

/** A name that is none would keep nothing. */
function requireKnown(keep: readonly string[], deployments: readonly DeploymentSummary[]): void {
  const unknown = keep.find((name) => !deployments.some(({ id, objects }) => id === name && objects > 0))
  if (unknown !== undefined) throw new UsageError(`"--keep" names no deployment that has anything, got "${unknown}"`)
}

const partsOf = ({ store, layout, cache }: OpenCache): CollectParts => ({ store, layout, now: () => cache.now() })

const sumOf = (deployments: readonly DeploymentSummary[], of: 'objects' | 'bytes'): number =>
  deployments.reduce((sum, one) => sum + one[of], 0)

function deadAfterSecondsOf(flags: ParsedFlags): number {
  const text = textOf(flags, 'dead-after')
  if (text === undefined) return WEEK_SECONDS
  const seconds = toSeconds('--dead-after', text as Duration)
  if (seconds >= MIN_DEAD_AFTER_SECONDS) return seconds
  throw new UsageError(
    `"--dead-after" must be ${MIN_DEAD_AFTER_SECONDS / 3600}h at least: a living deployment shows itself once an hour, and may fail to`,
  )
}

function report(flags: ParsedFlags, io: Io, { deployments, deleted }: Collected, code = SUCCEEDED): number {
  if (flags['json'] === true) io.write(deployments.map((one) => `${toJson(one)}\n`).join(''))
  else io.write(deleted === 0 ? 'Nothing was deleted.\n' : `Deleted ${counted(deleted, 'object', 'objects')}.\n`)
  return code
}

function tableOf(deployments: readonly DeploymentSummary[], now: number): string {
  const head = `${'STATE'.padEnd(8)} ${'SEEN'.padEnd(12)} ${'ENTRIES'.padStart(8)} ${'SIZE'.padStart(7)} DEPLOYMENT\n`
  const rows = deployments.map(({ id, state, lastSeenAt, entries, bytes }) => {
    const seen = lastSeenAt === undefined ? '-' : `${formatDuration(Math.max(0, now - lastSeenAt))} ago`
    return `${state.padEnd(8)} ${seen.padEnd(12)} ${String(entries).padStart(8)} ${formatBytes(bytes).padStart(7)} ${printable(id)}\n`
  })
  return head + rows.join('')
}

const toJson = ({ lastSeenAt, ...deployment }: DeploymentSummary): string =>
  jsonOf({ ...deployment, lastSeenAt: isoTime(lastSeenAt) })
