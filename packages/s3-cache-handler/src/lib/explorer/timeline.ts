import { printable } from '../format.ts'
import type { EntryReport, Reason } from '../inspect/describe-entry.ts'
import { firstRows } from './first-rows.ts'
import { html, type Markup } from './html.ts'
import { exactly, isTime, moment } from './moments.ts'
import { shortened } from './shown-names.ts'

/** A point on the line. */
interface Point {
  readonly at: number
  readonly label: string
  /** What the entry is from there on, as far as this point makes it so. */
  readonly makes?: 'stale' | 'expired'
  readonly isEvent?: boolean
}

const RANK = { fresh: 0, stale: 1, expired: 2 } as const

/**
 * The times of an entry in their order, from its making on: what is between two of them is as the entry is then. Not to
 * scale, because seconds and years would be on one line.
 */
export function timeline(report: EntryReport, now: number): Markup | false {
  if (!isTime(report.madeAt)) return false
  const points = pointsOf(report, now)
  let state: keyof typeof RANK = 'fresh'
  const items = points.map(({ at, label, makes, isEvent = false }) => {
    if (makes !== undefined && RANK[makes] > RANK[state]) state = makes
    const kind = label === NOW ? 'now' : isEvent ? 'event' : 'time'
    const isCurrent = label === NOW && html` aria-current="time"`
    return html`<li class="${state} ${kind}${at >= now && ' ahead'}" ${isCurrent}>
      <strong>${label}</strong>
      ${label !== NOW && html`<span>${moment(at, now)}</span>`}
      <span>${exactly(at)}</span>
      <span class="hidden">${state} from here on</span>
    </li>`
  })
  return html`<ol class="timeline" aria-label="The times of this entry, in their order">
    ${items}
  </ol>`
}

const NOW = 'Now'

function pointsOf({ kind, madeAt = 0, storedAt, staleAt, expiresAt, reasons }: EntryReport, now: number): Point[] {
  const made: Point = { at: madeAt, label: kind === 'page' ? 'Rendered' : 'Made' }
  const others: Point[] = [
    // Whole seconds, which may lie before the making.
    { at: Math.max(storedAt, madeAt), label: 'Stored' },
    ...finite(staleAt, { label: 'Stale by its age', makes: 'stale' }),
    ...finite(expiresAt, { label: 'Gone by its age', makes: 'expired' }),
    ...firstRows(reasons).flatMap(pointsOfReason),
    { at: now, label: NOW },
  ]
  return [made, ...others.toSorted((one, other) => one.at - other.at)]
}

const finite = (at: number | undefined, point: Omit<Point, 'at'>): Point[] => (isTime(at) ? [{ at, ...point }] : [])

function pointsOfReason(reason: Reason): Point[] {
  if (reason.by !== 'invalidation') return []
  const { at, subject } = reason
  const what = subject.startsWith('t:') ? `Tag “${nameOfTag(subject)}” invalidated` : 'Invalidated'
  if (reason.mode === 'hard') return [{ at, label: what, makes: 'expired', isEvent: true }]
  const gone = { label: 'Gone by that', makes: 'expired', isEvent: true } as const
  return [{ at, label: `${what} softly`, makes: 'stale', isEvent: true }, ...finite(reason.goneAt, gone)]
}

const nameOfTag = (subject: string): string => shortened(printable(subject.slice(2)))
