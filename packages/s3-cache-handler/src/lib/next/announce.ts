import { outside } from '../async-context.ts'
import { asError, NotInvalidatedError } from '../errors.ts'
import { processWide } from '../registry.ts'
import { tagSubject } from '../tags/subjects.ts'
import type { Enabled } from './next-environment.ts'

/** How Next says when what is invalidated is gone. Absent: now. Else it is stale now, and gone after `expire` seconds, if it has any. */
export interface Durations {
  readonly expire?: number
}

/** Which of its handlers Next has called. */
type Caller = 'cacheHandler' | 'cacheHandlers'

interface Announcement {
  readonly callers: Set<Caller>
  readonly done: Promise<void>
}

/** Of each cache, those that began in this turn of the event loop. */
const begun = processWide('announcements', () => new WeakMap<object, Map<string, Announcement>>())

/**
 * Invalidates tags on all instances. Never rejects: inside Next nobody would be told.
 *
 * Next tells each handler of an app about the same invalidation, in one turn of the event loop: it is stored once.
 */
export function announce(
  environment: Enabled,
  caller: Caller,
  tags: readonly string[],
  durations: Durations | undefined,
): Promise<void> {
  const { cache } = environment
  const name = JSON.stringify([tags, durations])
  const announcements = begun.get(cache) ?? new Map<string, Announcement>()
  begun.set(cache, announcements)
  const same = announcements.get(name)
  if (same !== undefined && !same.callers.has(caller)) {
    same.callers.add(caller)
    return same.done
  }
  const announcement = { callers: new Set([caller]), done: invalidate(environment, tags, durations) }
  announcements.set(name, announcement)
  outside(() => setImmediate(() => announcements.get(name) === announcement && announcements.delete(name)))
  return announcement.done
}

async function invalidate(
  { cache, emit }: Enabled,
  tags: readonly string[],
  durations: Durations | undefined,
): Promise<void> {
  const expireSeconds = durations && (durations.expire ?? Infinity)
  try {
    const announced = outside(() => cache.invalidate(tags.map(tagSubject), expireSeconds))
    emit({ name: 'invalidated', tags, expireSeconds })
    await announced
  } catch (error) {
    reportUnlessKept(emit, error, { call: 'revalidateTag', key: String(tags) })
  }
}

/** What is kept and tried again has its own event at each failure. */
export function reportUnlessKept(
  emit: Enabled['emit'],
  error: unknown,
  call: { readonly call: 'get' | 'revalidateTag'; readonly key: string },
): void {
  if (!(error instanceof NotInvalidatedError)) emit({ name: 'failed', ...call, error: asError(error) })
}
