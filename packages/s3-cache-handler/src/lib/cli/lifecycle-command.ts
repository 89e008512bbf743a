import { formatLifecycle, parseLifecycle, ruleName } from '../lifecycle/lifecycle-document.ts'
import { type LifecyclePlan, planLifecycle } from '../lifecycle/lifecycle-plan.ts'
import { ownRules, type WantedRules } from '../lifecycle/own-rules.ts'
import { createLayout } from '../keys/layout.ts'
import type { BucketSettings, StoredLifecycle } from '../object-store/bucket-settings.ts'
import type { ResolvedOptions } from '../options/options.ts'
import { counted, jsonOf, printable } from '../format.ts'
import { type Command, FAILED, type Io, SUCCEEDED } from './command.ts'
import { requireWholeBucket, WHOLE_BUCKET_FLAG } from './deleting.ts'
import { type ParsedFlags, UsageError, wholeNumberOf } from './flags.ts'
import { SETTING_FLAGS, settingsOf } from './settings.ts'

export const lifecycleCommand: Command = {
  summary: "have S3 itself delete what nobody will read: plan, apply or remove the bucket's rules",
  description: `Entries carry a tag that says after how many days they are past their time, where "expiryTags" (CACHE_EXPIRY_TAGS) is on,
and a rule for each such class deletes them for nothing. Where a store has no tags, --max-age deletes all entries by
their age alone: pages and fetches are made anew when they are asked for, what the app has "set" is lost. Only rules of this prefix are ever changed; those of others stay
byte for byte what they are. "plan" says what "apply" would do; "remove" takes the prefix's rules away.`,
  actions: ['plan', 'apply', 'remove'],
  flags: {
    ...SETTING_FLAGS,
    'max-age': { value: 'DAYS', help: 'delete entries so many days after they were written, whatever their time' },
    ...WHOLE_BUCKET_FLAG,
    yes: { help: 'ask nobody' },
    json: { help: 'what becomes of which rules, as JSON' },
  },
  async run(flags, io, action) {
    const options = settingsOf(flags, io.env)
    const { openBucketSettings } = await import('../object-store/bucket-settings.ts')
    const bucket = openBucketSettings(options)
    const layout = createLayout(options.prefix)
    const stored = await bucket.lifecycle()
    const wanted = action === 'remove' ? [] : ownRules(layout, await wantedRules(flags, options, bucket))
    const plan = planLifecycle(layout, parseLifecycle(stored.xml), wanted)
    requireNewForm(plan)
    const isChange = plan.added.length + plan.changed.length + plan.removed.length > 0
    if (flags['json'] !== true) io.write(describe(plan))
    if (action !== 'plan' && isChange) {
      if (action === 'apply') requireWholeBucket(options.prefix, flags)
      if (!(await mayChange(flags, io))) return report(flags, io, { plan, applied: false }, FAILED)
      await write(bucket, stored, plan)
    }
    return report(flags, io, { plan, applied: action !== 'plan' && isChange }, SUCCEEDED)
  },
}

async function wantedRules(
  flags: ParsedFlags,
  { expiryTags }: ResolvedOptions,
  bucket: BucketSettings,
): Promise<WantedRules> {
  const maxAgeDays = wholeNumberOf(flags, 'max-age', 1)
  if (!expiryTags && maxAgeDays === undefined) {
    throw new UsageError(
      'no entry says when it is past its time: set CACHE_EXPIRY_TAGS, in the app, too, or give --max-age',
    )
  }
  return { expiryTags, maxAgeDays, oldVersions: await bucket.keepsVersions() }
}

async function mayChange(flags: ParsedFlags, { confirm }: Io): Promise<boolean> {
  if (flags['yes'] === true) return true
  if (confirm === undefined)
    throw new UsageError('would change the rules of the bucket: give "--yes", where nobody can be asked')
  return await confirm('Change the rules of the bucket?')
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html: S3 takes rules of one form only, the old or the new. */
function requireNewForm({ foreign, next }: LifecyclePlan): void {
  const old = foreign.find(({ xml }) => !xml.includes('<Filter') && xml.includes('<Prefix'))
  if (old === undefined || next.rules.length === foreign.length) return
  throw new Error(
    `${ruleName(old)} names its prefix in the old form, beside which S3 takes no rule of the new one: give it a <Filter>`,
  )
}

/**
 * The store has no conditions for this. What somebody has written since the plan is not overwritten; what they write in
 * the same moment is lost, as with every tool.
 */
async function write(bucket: BucketSettings, stored: StoredLifecycle, { next }: LifecyclePlan): Promise<void> {
  if ((await bucket.lifecycle()).xml !== stored.xml) {
    throw new Error("somebody else has changed the bucket's rules meanwhile: nothing was changed; plan again")
  }
  const xml = formatLifecycle(next)
  if (xml === undefined) await bucket.deleteLifecycle()
  else await bucket.setLifecycle({ ...stored, xml })
}

function describe({ added, changed, unchanged, removed, foreign }: LifecyclePlan): string {
  const own = [
    ...added.map(({ id, says }) => `+ ${id}: ${says}`),
    ...changed.map(({ id, says }) => `~ ${id}: ${says}`),
    ...removed.map(({ id }) => `- ${id}`),
    ...unchanged.map(({ id, says }) => `  ${id}: ${says}`),
  ]
  const others = `${counted(foreign.length, 'rule of others stays', 'rules of others stay')} as ${foreign.length === 1 ? 'it is' : 'they are'}.`
  return `${[...own.map(printable), others].join('\n')}\n`
}

function report(
  flags: ParsedFlags,
  { write: print }: Io,
  { plan, applied }: { readonly plan: LifecyclePlan; readonly applied: boolean },
  code: number,
): number {
  const { added, changed, unchanged, removed, foreign } = plan
  if (flags['json'] === true) {
    const result = { added: ids(added), changed: ids(changed), unchanged: ids(unchanged), removed: ids(removed) }
    print(`${jsonOf({ ...result, foreign: ids(foreign), applied })}\n`)
  } else if (applied) print('The rules are in place.\n')
  else if (code === FAILED) print('Nothing was changed.\n')
  return code
}

const ids = (rules: readonly { readonly id: string | undefined }[]): (string | null)[] =>
  rules.map(({ id }) => id ?? null)
