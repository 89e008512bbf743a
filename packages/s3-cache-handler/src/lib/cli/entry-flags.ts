import {
  type Called,
  entryFilterFrom,
  FILTER_NAMES,
  type FilterName,
  SHARED_DEPLOYMENT,
} from '../inspect/entry-filter.ts'
import type { EntryFilter } from '../inspect/find-entries.ts'
import { ENTRY_KINDS } from '../inspect/stored-entry.ts'
import { type FlagSpec, type ParsedFlags, textOf } from './flags.ts'

/** The flags that say which entries are meant. */
export const ENTRY_FLAGS: Readonly<Record<FilterName, FlagSpec>> = {
  kind: { value: 'KIND', help: `only ${ENTRY_KINDS.join(', ')}; several with commas` },
  deployment: {
    value: 'NAME',
    help: `only this deployment's own; "${SHARED_DEPLOYMENT}": only what deployments share`,
  },
  key: { value: 'TEXT', help: 'only this key; not pages, which go by their path' },
  'key-prefix': { value: 'TEXT', help: 'only those whose key begins so; not pages' },
  path: { value: 'PATH', help: 'only the page or route handler at this path, as browsers ask for it' },
  'path-prefix': { value: 'PATH', help: 'only pages and route handlers whose path begins so' },
  tag: { value: 'TAG', help: 'only those with this tag' },
}

export const calledFlag: Called = (name) => `"--${name}"`

/** Throws InvalidOptionError for flags that cannot go together. */
export const entryFilterOf = (flags: ParsedFlags): EntryFilter =>
  entryFilterFrom(Object.fromEntries(FILTER_NAMES.map((name) => [name, textOf(flags, name)])), calledFlag)
