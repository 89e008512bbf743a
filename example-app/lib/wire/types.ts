export interface StorySummary {
  readonly slug: string
  readonly section: string
  readonly title: string
  readonly standfirst: string
  readonly byline: string
  /** A date, YYYY-MM-DD. */
  readonly publishedAt: string
  readonly coverAlt: string
  /** 1 until the story is edited. */
  readonly edition: number
}

export interface Story extends StorySummary {
  readonly body: readonly string[]
}

export type StoryAnswer =
  | { readonly kind: 'story'; readonly story: Story; readonly next: Pick<StorySummary, 'slug' | 'title'> }
  | { readonly kind: 'moved'; readonly to: string }

export interface Price {
  readonly name: string
  readonly unit: string
  /** Oldest first; the last one is the current price. */
  readonly history: readonly number[]
}

export interface ReadCount {
  readonly slug: string
  readonly title: string
  readonly count: number
}

export interface LogLine {
  /** ISO 8601. */
  readonly at: string
  readonly line: string
}

export interface Issue {
  readonly year: number
  readonly headline: string
  readonly note: string
}
