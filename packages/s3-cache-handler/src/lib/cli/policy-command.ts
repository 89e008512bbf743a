import { POLICY_READERS, policyFor, type PolicyReader } from '../policy/policy.ts'
import { toTerraform } from '../policy/terraform.ts'
import { type Command, SUCCEEDED } from './command.ts'
import { textOf, UsageError } from './flags.ts'
import { SETTING_FLAGS, settingsOf } from './settings.ts'

export const policyCommand: Command = {
  summary: 'print the IAM policy that the cache needs',
  description: `Prints the least that a role must be allowed, for the bucket and prefix that are set: as JSON for IAM, or as a
Terraform document. Nothing is asked of the bucket, and nothing changed.`,
  flags: {
    ...SETTING_FLAGS,
    for: {
      value: POLICY_READERS.join('|'),
      help: "app (default): the cache's objects; operator: the bucket's settings, too",
    },
    terraform: { help: 'as a Terraform document' },
  },
  async run(flags, { env, write }) {
    const policy = policyFor(settingsOf(flags, env), readerOf(textOf(flags, 'for') ?? 'app'))
    write(flags['terraform'] === true ? toTerraform(policy) : `${JSON.stringify(policy, null, 2)}\n`)
    return SUCCEEDED
  },
}

function readerOf(text: string): PolicyReader {
  const reader = POLICY_READERS.find((known) => known === text)
  if (reader === undefined) throw new UsageError(`"--for" must be one of ${POLICY_READERS.join(', ')}, got "${text}"`)
  return reader
}
