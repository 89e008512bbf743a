import { checkAccess } from './check-access.ts'
import { checkConsistency, checkFeatures } from './check-behaviour.ts'
import { checkPermissions } from './check-permissions.ts'
import { checkSettings } from './check-settings.ts'
import { checkClock, checkLatency } from './check-speed.ts'
import type { Finding } from './finding.ts'
import type { Patient } from './patient.ts'

/** One finding after the other, each as soon as it is known. Where the bucket cannot be reached nothing more is looked at. */
export async function* diagnose(patient: Patient): AsyncGenerator<Finding> {
  for await (const finding of checkAccess(patient)) {
    yield finding
    if (finding.severity === 'error') return
  }
  let mayAll = true
  for await (const finding of checkPermissions(patient)) {
    mayAll &&= finding.severity === 'ok'
    yield finding
  }
  if (mayAll) {
    yield* checkConsistency(patient)
    yield* checkFeatures(patient)
    yield* checkLatency(patient)
  }
  yield checkClock(patient)
  yield* checkSettings(patient)
}
