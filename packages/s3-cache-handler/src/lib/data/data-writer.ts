import { outside } from '../async-context.ts'
import { BatchError, ConflictError, UnsupportedByStoreError } from '../data-errors.ts'
import { InvalidOptionError } from '../errors.ts'
import { addressesOf } from '../keys/layout.ts'
import { show } from '../options/resolve-options.ts'
import { addressSubject } from '../tags/subjects.ts'
import type { SetOptions } from './data-cache.ts'
import type { NewDataEntry } from './data-entries.ts'
import type { DataParts } from './data-parts.ts'
import { type EntrySettings, lifetimeOf, settingsOf } from './data-settings.ts'
import { DATA_SCOPE } from './data-value.ts'

/** Somebody deletes what is in the way each time: more often than that is no accident. */
const MAX_ATTEMPTS = 10

/** What changes entries, by the texts of their keys. */
export interface Writer {
  set(text: string, value: unknown, options?: SetOptions): Promise<boolean>
  add(text: string, value: unknown, options?: SetOptions): Promise<boolean>
  count(text: string, by: number): Promise<number>
  /** Throws {@link BatchError}, whose keys are texts. */
  delete(texts: readonly string[], operation: string): Promise<void>
  invalidate(text: string): Promise<void>
}

export function createWriter(parts: DataParts): Writer {
  const { entries, counters, emit, flights, cache, defaults } = parts
  return {
    async set(text, value, options = {}) {
      refuseUndefined(value)
      const settings = settingsOf(options, defaults)
      if (settings.ttl === 0) {
        await deleteAll(parts, [text], 'set')
        return false
      }
      const entry = await flights.overtake(text, () => newEntry(parts, value, settings))
      if (entry === undefined) return false
      emit({ name: 'set', kind: 'data', key: text })
      const outcome = await entries.write(text, entry)
      if (outcome.kind === 'failed' && !parts.failOpen) throw outcome.error
      return outcome.kind === 'stored'
    },
    async add(text, value, options = {}) {
      refuseUndefined(value)
      const settings = settingsOf(options, defaults)
      if (settings.ttl === 0) {
        await requireConditions(parts, 'add')
        return false
      }
      return await flights.hold(text, async () => {
        const [entry] = await Promise.all([newEntry(parts, value, settings, 0), requireConditions(parts, 'add')])
        return await add(parts, text, entry)
      })
    },
    async count(text, by) {
      if (!Number.isFinite(by)) throw new InvalidOptionError('by', `"by" must be a finite number, got ${show(by)}`)
      const settings = settingsOf({}, defaults)
      const born = { tags: settings.tags, lifetime: lifetimeOf(settings) }
      const result = await flights.hold(text, async () => {
        await requireConditions(parts, 'inc')
        return await counters.add(text, by, born)
      })
      emit({ name: 'set', kind: 'data', key: text })
      return result
    },
    delete: (texts, operation) => deleteAll(parts, texts, operation),
    async invalidate(text) {
      flights.outdate((key) => key === text)
      const [address] = addressesOf('data', DATA_SCOPE, text)
      await outside(() => cache.invalidate([addressSubject(address)]))
    },
  }
}

/** Knows of invalidations what was known `maxAgeMs` ago at most, or else by the rule of reads. */
async function newEntry(
  { codec, entries }: DataParts,
  value: unknown,
  settings: EntrySettings,
  maxAgeMs?: number,
): Promise<NewDataEntry> {
  // Before anything is awaited: the caller may change the value afterwards.
  const encoded = codec.encode(value, settings.contentType)
  const [data, start] = await Promise.all([encoded, entries.beginRecent(maxAgeMs)])
  return { value: data, tags: settings.tags, lifetime: lifetimeOf(settings), start }
}

/** By a write that only succeeds where nothing is, or only what is dead. */
async function add({ entries, runtime, emit }: DataParts, text: string, entry: NewDataEntry): Promise<boolean> {
  const id = runtime.id()
  // So that a write whose answer was lost is known again.
  const marked = { ...entry, value: { ...entry.value, writes: [[id, 0]] as const } }
  let condition: { readonly ifNoneMatch: '*' } | { readonly ifMatch: string } = { ifNoneMatch: '*' }
  await entries.settled(text)
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const outcome = await entries.writeIf(text, marked, condition)
    const stored = outcome.kind === 'stored' ? undefined : await entries.readStored(text)
    const isOurs = stored?.kind === 'fresh' && stored.entry.value.writes?.some(([written]) => written === id) === true
    if (stored === undefined || isOurs) {
      emit({ name: 'set', kind: 'data', key: text })
      return true
    }
    if (stored.kind === 'fresh') return false
    if (outcome.kind === 'failed') throw outcome.error
    condition = stored.kind === 'absent' ? { ifNoneMatch: '*' } : { ifMatch: stored.etag }
  }
  throw new ConflictError('add', text)
}

async function deleteAll(
  { entries, flights, emit }: DataParts,
  texts: readonly string[],
  operation: string,
): Promise<void> {
  const wanted = new Set(texts)
  flights.outdate((key) => wanted.has(key))
  const reasons = await entries.delete(texts)
  for (const key of texts) if (!reasons.has(key)) emit({ name: 'deleted', kind: 'data', key })
  if (reasons.size === 0) return
  const failed = Array.from(reasons, ([key, reason]) => ({ key, error: new Error(reason) }))
  throw new BatchError(operation, failed, texts.length)
}

async function requireConditions({ hasConditionalPut }: DataParts, operation: string): Promise<void> {
  if (!(await hasConditionalPut())) throw new UnsupportedByStoreError(operation, 'conditional writes')
}

function refuseUndefined(value: unknown): void {
  if (value !== undefined) return
  throw new InvalidOptionError('value', '"value" must not be undefined, which stands for a miss; null can be stored')
}
