import { frame, type FrameFormat, unframe } from '../frame.ts'
import { messageOf } from '../errors.ts'
import { NO_EVENTS, type SoftEvent, type TagState } from '../tag-state.ts'
import type { Subject } from './subjects.ts'
import { TagFold } from './tag-fold.ts'

/** The bytes of a log object: no header, and as body the JSON of its rows. */
const FORMAT: FrameFormat = { magic: 's3tl', version: 1, name: 'tag log object' }

/** The media type of a log object. */
export const LOG_CONTENT_TYPE = 'application/vnd.s3-cache-tag-log'

/** A subject, its `hardAt`, then `at` and `deadline` of each soft event; null for no hard event and for no deadline. */
type Row = readonly [Subject, number | null, ...(number | null)[]]

export type DecodedEvents =
  | { readonly kind: 'events'; readonly events: TagFold }
  | { readonly kind: 'corrupt'; readonly reason: string }

export function encodeEvents(events: TagFold): Buffer {
  // In one order, so that two who merge the same objects write the same bytes.
  const rows = Array.from(events, ([subject, state]) => toRow(subject, state)).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return frame(FORMAT, Buffer.alloc(0), [Buffer.from(JSON.stringify(rows))])
}

export function decodeEvents(bytes: Uint8Array): DecodedEvents {
  const framed = unframe(FORMAT, bytes)
  if (framed.kind === 'damaged') return { kind: 'corrupt', reason: framed.reason }
  try {
    const events = new TagFold()
    for (const row of JSON.parse(framed.body.toString('utf8')) as unknown[]) events.add(...fromRow(row), -Infinity)
    return { kind: 'events', events }
  } catch (error) {
    return { kind: 'corrupt', reason: messageOf(error) }
  }
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)

const toRow = (subject: Subject, { hardAt, soft }: TagState): Row => [
  subject,
  finite(hardAt),
  ...soft.flatMap(({ at, deadline }) => [at, finite(deadline)]),
]

function fromRow(row: unknown): [Subject, TagState] {
  const [subject, ...times] = row as Row
  if (!/^[tkpa]:/.test(subject) || times.length % 2 === 0 || !times.every(isTimeOrNull)) {
    throw new Error(`${JSON.stringify(row)} is no event`)
  }
  const soft: SoftEvent[] = []
  for (let index = 1; index < times.length; index += 2) {
    soft.push({ at: times[index] ?? NaN, deadline: times[index + 1] ?? Infinity })
  }
  if (soft.some(({ at }) => Number.isNaN(at))) throw new Error(`${JSON.stringify(row)} has a soft event without stamp`)
  // Most have none, of 100,000.
  return [subject, { hardAt: times[0] ?? -Infinity, soft: soft.length === 0 ? NO_EVENTS.soft : soft }]
}

const isTimeOrNull = (value: unknown): boolean => value === null || Number.isFinite(value)
