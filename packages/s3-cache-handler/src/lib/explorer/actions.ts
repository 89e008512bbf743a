import { InvalidOptionError } from '../errors.ts'
import { counted, formatDuration, printable } from '../format.ts'
import { headerSafe } from '../header-safe.ts'
import { clearFilter } from '../inspect/clear-filter.ts'
import { deleteEntry } from '../inspect/delete-entry.ts'
import { entryFilterFrom, type FilterTexts, requireClearable, requirePath } from '../inspect/entry-filter.ts'
import type { EntryFilter } from '../inspect/find-entries.ts'
import { tagsOfPath } from '../next/tags-of-path.ts'
import { tagSubject } from '../tags/subjects.ts'
import { filterTexts } from './filter-form.ts'
import { findDeletable } from './found-entry.ts'
import { calledField, MODES } from './labels.ts'
import { linkTo } from './links.ts'
import { nameOf, shortened } from './shown-names.ts'
import type { ExploredCache } from './visit.ts'

/** What a person may have done. */
export type Action =
  | {
      readonly kind: 'revalidate'
      /** As Next and the data cache write them. */
      readonly tags: readonly string[]
      /** What people call it: `tag “a”`. */
      readonly what: string
      /** Undefined for gone now; Infinity for stale and never gone. */
      readonly expireSeconds: number | undefined
      /** Where it was asked for. */
      readonly back: string
    }
  | { readonly kind: 'delete'; readonly reference: string; readonly back: string }
  | { readonly kind: 'clear'; readonly filter: EntryFilter; readonly texts: FilterTexts; readonly back: string }

/** The action that a query asks for. Throws {@link InvalidOptionError} for one that cannot be meant. */
export function actionOf(params: URLSearchParams): Action {
  switch (params.get('do')) {
    case 'revalidate':
      return revalidation(params)
    case 'delete': {
      const reference = params.get('object') ?? ''
      return { kind: 'delete', reference, back: linkTo('entry', { object: reference }) }
    }
    case 'clear': {
      const texts = filterTexts(params)
      const filter = entryFilterFrom(texts, calledField)
      requireClearable(filter, params.get('all') === 'yes', calledField)
      return { kind: 'clear', filter, texts, back: linkTo('entries', texts) }
    }
    default:
      throw new InvalidOptionError('do', `There is no such action: "${params.get('do') ?? ''}"`)
  }
}

function revalidation(params: URLSearchParams): Action {
  const [tag, path] = [params.get('tag') ?? '', params.get('path') ?? '']
  if ((tag === '') === (path === '')) throw new InvalidOptionError('tag', 'What? Give a tag or a path')
  const object = params.get('object')
  const expireSeconds = expireSecondsOf(params.get('mode'), params.get('expire') ?? '')
  if (tag !== '') {
    const safe = headerSafe(tag)
    return {
      kind: 'revalidate',
      tags: [safe],
      what: `tag “${shortened(printable(safe))}”`,
      expireSeconds,
      back: linkTo('tag', { tag: safe }),
    }
  }
  const tags = tagsOfPath(requirePath('path', path, calledField))
  const back = object === null ? linkTo('entries', { 'path-prefix': path }) : linkTo('entry', { object })
  return { kind: 'revalidate', tags, what: `path “${shortened(printable(path))}”`, expireSeconds, back }
}

const WHOLE_NUMBER = /^\d{1,12}$/

/** Seconds tell by themselves how it is meant, whatever stands above them in the form. */
function expireSecondsOf(mode: string | null, text: string): number | undefined {
  if (text === '' && mode === 'hard') return undefined
  if (text === '' && mode === 'soft') return Infinity
  if (text === '') {
    throw new InvalidOptionError('mode', `${calledField('mode')} must be “${MODES.hard}” or “${MODES.soft}”`)
  }
  const seconds = WHOLE_NUMBER.test(text) ? Number(text) : 0
  if (seconds >= 1) return seconds
  throw new InvalidOptionError('expire', `${calledField('expire')} must be a whole number from 1, got "${text}"`)
}

/** What has been done, for people, and where to go on. */
export interface Done {
  readonly says: string
  readonly next: string
}

/** Throws {@link InvalidOptionError}, NotInvalidatedError, IncompleteClearError and an ObjectStoreError. */
export async function perform(open: ExploredCache, action: Action): Promise<Done> {
  const done = await carryOut(open, action)
  open.logger.info(`The explorer: ${printable(done.says)}`)
  return done
}

async function carryOut(open: ExploredCache, action: Action): Promise<Done> {
  switch (action.kind) {
    case 'revalidate': {
      const { tags, what, expireSeconds, back } = action
      const announced = open.cache.invalidate(tags.map(tagSubject), expireSeconds)
      open.emit({ name: 'invalidated', tags, expireSeconds })
      await announced
      return { says: `Revalidated ${what}: what is older is ${effectOf(expireSeconds)}.`, next: back }
    }
    case 'delete': {
      const found = await findDeletable(open, action.reference)
      if (found !== undefined) await deleteEntry(open, found.stored, found.tags)
      const says = found === undefined ? 'It was gone already.' : `Deleted ${nameOf(found.stored)}.`
      return { says, next: linkTo('entries') }
    }
    case 'clear': {
      const deleted = await clearFilter(open, action.filter, () => {})
      return { says: `Deleted ${counted(deleted, 'entry', 'entries')}.`, next: action.back }
    }
  }
}

export function effectOf(expireSeconds: number | undefined): string {
  if (expireSeconds === undefined) return 'gone'
  return expireSeconds === Infinity ? 'stale' : `stale, and gone in ${formatDuration(expireSeconds * 1000)}`
}
