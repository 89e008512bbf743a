import { formatMoment } from '../format.ts'
import type { Reason } from './describe-entry.ts'

/** Why an entry is not fresh, for people: control characters are for whoever shows it to replace. */
export function reasonText(reason: Reason, now: number): string {
  if (reason.by === 'damage') return reason.what
  if (reason.by === 'pending') return 'an invalidation was called here that is on its way to the bucket'
  const when = formatMoment(reason.at, now)
  if (reason.by !== 'invalidation') return `it was past its "${reason.by}" ${when}`
  const { subject, mode } = reason
  const goneAt = mode === 'soft' ? reason.goneAt : Infinity
  const end = goneAt === Infinity ? '' : `, gone ${formatMoment(goneAt, now)}`
  return `${subjectText(subject)} ${when} (${mode})${end}`
}

function subjectText(subject: string): string {
  const name = subject.slice(2)
  if (subject.startsWith('t:')) return `tag "${name}" was invalidated`
  if (subject.startsWith('k:')) return 'it was invalidated by its own name'
  return subject.startsWith('p:') ? `all of "${name}" was cleared` : 'all that is so old was invalidated'
}
