import { parseLifecycle, ruleName } from '../lifecycle/lifecycle-document.ts'
import { planLifecycle } from '../lifecycle/lifecycle-plan.ts'
import { ownRules } from '../lifecycle/own-rules.ts'
import { failure, type Finding, ok, unknown, warning } from './finding.ts'
import type { Patient } from './patient.ts'
import { reachOf, type RuleReach } from './rule-reach.ts'

/** What the bucket's rules do to the cache. */
export interface Rules {
  readonly reaches: readonly RuleReach[]
  /** How many rules there are by the tags of entries. */
  readonly present: number
  /** How many of them are not as this release makes them. */
  readonly missing: number
}

/** Rejects where the rules are not told. */
export async function readRules({ settings, layout }: Patient): Promise<Rules> {
  const document = parseLifecycle((await settings.lifecycle()).xml)
  const byTags = ownRules(layout, { expiryTags: true, oldVersions: false })
  const { added, changed } = planLifecycle(layout, document, byTags)
  return {
    reaches: document.rules.map((rule) => reachOf(rule, layout)),
    present: byTags.length - added.length,
    missing: added.length + changed.length,
  }
}

/** @param rules Undefined where they are not told. */
export async function checkVersioning(
  { settings, options: { expiryTags } }: Patient,
  rules: Rules | undefined,
): Promise<Finding> {
  const check = 'versioning'
  if (!(await settings.keepsVersions())) return ok(check, 'off')
  if (rules === undefined) return unknown(check, 'on; whether a rule deletes old versions is not told')
  if (rules.reaches.some(({ deletesOldVersions, entries }) => deletesOldVersions && entries === 'all')) {
    return ok(check, 'on; a rule deletes old versions')
  }
  const how = expiryTags ? 's3-cache lifecycle apply' : 's3-cache lifecycle apply --max-age DAYS'
  return warning(
    check,
    'on, and every entry that was ever replaced or deleted is kept, and paid for',
    `turn it off, or have a rule delete old versions: ${how}`,
  )
}

/** Objects in them must be restored, for hours, before they can be read. */
const UNREADABLE = ['GLACIER', 'DEEP_ARCHIVE']

export function* checkLifecycle({ layout, options }: Patient, rules: Rules): Generator<Finding> {
  const harm = rules.reaches.flatMap((reach) => [...harmOf(reach, layout.entries('all'))])
  yield* harm
  const lack = lackOf(rules, options.expiryTags)
  if (lack !== undefined) yield lack
  else if (harm.length === 0) yield ok('lifecycle', 'rules delete what is past its time')
}

/** What nobody deletes. */
function lackOf({ reaches, present, missing }: Rules, expiryTags: boolean): Finding | undefined {
  const check = 'lifecycle'
  if (expiryTags) {
    return missing === 0
      ? undefined
      : warning(check, `${missing} rules for the tags of entries are missing, or changed`, 's3-cache lifecycle apply')
  }
  if (reaches.some(({ deletes, entries }) => deletes && entries === 'all')) return undefined
  const advice =
    'set CACHE_EXPIRY_TAGS=1 for the app, too, then "s3-cache lifecycle apply"; or run "s3-cache prune" once a day'
  return present > 0
    ? warning(check, `${present} rules go by tags, which entries carry only where CACHE_EXPIRY_TAGS is set`, advice)
    : warning(check, 'nothing deletes entries that nobody reads any more', advice)
}

function* harmOf(reach: RuleReach, root: string): Generator<Finding> {
  const { deletes, movesTo, entries, reachesLog } = reach
  const check = 'lifecycle'
  const name = ruleName(reach)
  if (deletes && reachesLog) {
    yield failure(
      check,
      `${name} deletes the log of invalidations: what it covers is served again`,
      `give it a filter for ${root}`,
    )
  }
  if (entries === 'none' && !reachesLog) return
  const unreadable = movesTo.filter((storageClass) => UNREADABLE.includes(storageClass))
  const advice = 'exclude the prefix from it'
  if (unreadable.length > 0) {
    yield failure(check, `${name} moves entries to ${unreadable.join(', ')}, where they cannot be read`, advice)
  } else if (movesTo.length > 0) {
    yield warning(check, `${name} moves entries to ${movesTo.join(', ')}, which costs a request each`, advice)
  }
}
