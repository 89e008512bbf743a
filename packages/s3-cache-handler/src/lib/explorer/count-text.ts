import { counted } from '../format.ts'
import type { EntryCount } from '../inspect/count-entries.ts'

/** How many, as far as that is known: `at most 3 entries`. */
export function countText({ entries, isAtLeast, isAtMost }: EntryCount): string {
  const what = counted(entries, 'entry', 'entries')
  if (isAtLeast && isAtMost) return `about ${what}, or more`
  if (isAtLeast) return `at least ${what}`
  return isAtMost && entries > 0 ? `at most ${what}` : what
}

/** The same, where a sentence begins. */
export const countTitle = (count: EntryCount): string =>
  countText(count).replace(/^[a-z]/, (letter) => letter.toUpperCase())
