import type { Io } from './command.ts'
import { type FlagSpecs, type ParsedFlags, UsageError } from './flags.ts'

/** The flags of what deletes. */
export const DELETING_FLAGS: FlagSpecs = {
  'dry-run': { help: 'only count' },
  yes: { help: 'ask nobody' },
}

/** The flag of what takes all that is named as ours is. */
export const WHOLE_BUCKET_FLAG: FlagSpecs = {
  'whole-bucket': { help: 'needed where the prefix is empty: the bucket may hold what only looks like ours' },
}

/** Throws {@link UsageError} where an empty prefix may be a mistake. */
export function requireWholeBucket(prefix: string, flags: ParsedFlags): void {
  if (prefix !== '' || flags['whole-bucket'] === true) return
  throw new UsageError('the prefix is empty, so that what only looks like ours would go, too: give "--whole-bucket"')
}

/** Whether to go on: `--yes` says so, or a person. Throws {@link UsageError} where there is neither. */
export async function mayDelete(what: string, flags: ParsedFlags, { confirm }: Io): Promise<boolean> {
  if (flags['yes'] === true) return true
  if (confirm === undefined) throw new UsageError(`would delete ${what}: give "--yes", where nobody can be asked`)
  return await confirm(`Delete ${what}?`)
}
