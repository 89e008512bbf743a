/** What the pages are tagged with: all that can be revalidated by tag. */
export const TAGS = ['stories', 'markets', 'most-read'] as const

export type Tag = (typeof TAGS)[number]
