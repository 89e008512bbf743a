import type { FilterName } from '../inspect/entry-filter.ts'

/** What people call the parts of a form, and what is said of them. */
export const LABELS: Readonly<Record<FilterName | 'state' | 'all' | 'mode' | 'expire' | 'whole-bucket', string>> = {
  kind: 'Kind',
  deployment: 'Deployment',
  key: 'Key',
  'key-prefix': 'Key begins with',
  path: 'Path',
  'path-prefix': 'Path begins with',
  tag: 'Tag',
  state: 'State',
  all: 'Clear everything',
  mode: 'What is older is',
  expire: 'If stale, gone in seconds',
  'whole-bucket': 'I know what is in this bucket',
}

/** What is done to what is older. */
export const MODES: Readonly<Record<'hard' | 'soft', string>> = { hard: 'gone now', soft: 'stale now' }

export const calledField = (name: string): string =>
  `“${Object.hasOwn(LABELS, name) ? LABELS[name as keyof typeof LABELS] : name}”`
