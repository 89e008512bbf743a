import { OPTION_TABLE } from '../options/option-table.ts'
import type { ResolvedOptions, ScalarOptions } from '../options/options.ts'
import { resolveOptions } from '../options/resolve-options.ts'
import { type FlagSpecs, type ParsedFlags, textOf, UsageError } from './flags.ts'

/** Options of the handler that say where its objects are, with what the help says of each. */
const SETTINGS = {
  bucket: ['NAME', 'the bucket'],
  prefix: ['TEXT', 'text before every object key'],
  endpoint: ['URL', 'an S3-compatible server'],
  region: ['NAME', "the bucket's region"],
} as const satisfies Partial<Record<keyof ScalarOptions, readonly [value: string, help: string]>>

type Setting = keyof typeof SETTINGS

/** The flags that say where the objects are; each names the variable that stands for it. */
export const SETTING_FLAGS: FlagSpecs = Object.fromEntries(
  Object.entries(SETTINGS).map(([name, [value, help]]) => [
    name,
    { value, help: `${help} (${OPTION_TABLE[name as Setting].env})` },
  ]),
)

/**
 * The options of the handler, from the flags and else from the environment, so that a command in the app's container means
 * the app's bucket. Throws InvalidOptionError, and UsageError where there is no bucket.
 */
export function settingsOf(
  flags: ParsedFlags,
  env: Readonly<Record<string, string | undefined>>,
): ResolvedOptions & { readonly bucket: string } {
  const call = Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, textOf(flags, name)]))
  const options = resolveOptions({ call, env })
  const { bucket } = options
  if (bucket === undefined) throw new UsageError(`which bucket? Give --bucket or set ${OPTION_TABLE.bucket.env}`)
  return { ...options, bucket }
}
