import { diagnose } from '../doctor/diagnose.ts'
import type { Finding, Severity } from '../doctor/finding.ts'
import type { Patient } from '../doctor/patient.ts'
import { lazily } from '../lazily.ts'
import { type Capability, createCapabilities } from '../object-store/capabilities.ts'
import { systemRuntime } from '../runtime.ts'
import { jsonOf, printable } from '../format.ts'
import { type Command, FAILED, type Io, SUCCEEDED } from './command.ts'
import type { ParsedFlags } from './flags.ts'
import { openPlace } from './place.ts'
import { SETTING_FLAGS, settingsOf } from './settings.ts'

export const doctorCommand: Command = {
  summary: 'look whether the bucket is set up right, and say what to do',
  description: `Tries, as the app would, whether credentials, region and permissions are right, whether the store is consistent
and has what the cache needs, how fast it answers and what its clock says; and reads what the
bucket's owner has set: public access, encryption, versioning, lifecycle rules. Writes some small
objects under the prefix, and deletes them. Ends with 1 where something is wrong, with 0 where at
most something could be better. What the owner has set is told to the policy "--for operator".`,
  flags: { ...SETTING_FLAGS, json: { help: 'an object of JSON a line' } },
  async run(flags, io) {
    const patient = await openPatient(flags, io)
    const found: Record<Severity, number> = { ok: 0, warning: 0, error: 0, unknown: 0 }
    for await (const finding of diagnose(patient)) {
      found[finding.severity]++
      io.write(flags['json'] === true ? `${jsonOf(finding)}\n` : toLines(finding, io))
    }
    if (flags['json'] !== true) io.write(`\n${summaryOf(found)}\n`)
    return found.error > 0 ? FAILED : SUCCEEDED
  },
}

async function openPatient(flags: ParsedFlags, io: Io): Promise<Patient> {
  const options = settingsOf(flags, io.env)
  const { openBucketSettings } = await import('../object-store/bucket-settings.ts')
  const { readIdentity } = await import('../object-store/s3-identity.ts')
  const { store, layout, clock, emit } = openPlace(flags, io, { log: 'silent' })
  const probeKey = layout.lease(`doctor ${systemRuntime.id()}`)
  const lacks = new Map<Capability, string>()
  return {
    options,
    store,
    layout,
    capabilities: createCapabilities(store, { probeKey, onLack: (what, reason) => void lacks.set(what, reason) }),
    lacks,
    settings: openBucketSettings(options, (request) => emit({ name: 'request', ...request })),
    identity: lazily(() => readIdentity(options)),
    skewMs: () => (clock.correctionMs === undefined ? undefined : clock.skewMs),
    monotonicMs: () => systemRuntime.monotonicMs(),
    probeKey,
  }
}

const CHECK_WIDTH = 20
/** ANSI: https://en.wikipedia.org/wiki/ANSI_escape_code#Select_Graphic_Rendition_parameters */
const COLOURS: Readonly<Record<Severity, number>> = { ok: 32, warning: 33, error: 31, unknown: 36 }

function toLines({ check, severity, says, advice }: Finding, { hasColours }: Io): string {
  const word = severity.padEnd(9)
  const shown = hasColours === true ? `\u001B[${COLOURS[severity]}m${word}\u001B[0m` : word
  const line = `${shown}${check.padEnd(CHECK_WIDTH)} ${printable(says)}\n`
  return advice === undefined ? line : `${line}${' '.repeat(9)}${'→'.padStart(CHECK_WIDTH)} ${printable(advice)}\n`
}

function summaryOf({ ok, warning, error, unknown }: Readonly<Record<Severity, number>>): string {
  const untold = unknown === 0 ? '' : `, ${unknown} could not be told`
  const rest = `${ok} ok${untold}`
  if (error > 0) return `Wrong: ${error}. Better to mend: ${warning}. ${rest}.`
  return warning > 0 ? `Better to mend: ${warning}. ${rest}.` : `All is well: ${rest}.`
}
