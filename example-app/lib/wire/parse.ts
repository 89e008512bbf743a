import { type Fields, fields, list, number, text } from './fields.ts'
import type { Issue, LogLine, Price, ReadCount, Story, StoryAnswer, StorySummary } from './types.ts'

export const parseFront = (value: unknown): StorySummary[] => list(value, (item) => summary(fields(item)))

export function parseStory(value: unknown): StoryAnswer {
  const answer = fields(value)
  if (answer.kind === 'moved') return { kind: 'moved', to: text(answer, 'to') }
  const next = fields(answer.next)
  return {
    kind: 'story',
    story: story(fields(answer.story)),
    next: { slug: text(next, 'slug'), title: text(next, 'title') },
  }
}

export const parseMarkets = (value: unknown): Price[] =>
  list(value, (item) => {
    const price = fields(item)
    return { name: text(price, 'name'), unit: text(price, 'unit'), history: list(price.history, Number) }
  })

export const parseMostRead = (value: unknown): ReadCount[] =>
  list(value, (item) => {
    const read = fields(item)
    return { slug: text(read, 'slug'), title: text(read, 'title'), count: number(read, 'count') }
  })

export const parseLive = (value: unknown): LogLine[] =>
  list(value, (item) => ({ at: text(fields(item), 'at'), line: text(fields(item), 'line') }))

export const parseArchive = (value: unknown): Issue[] => list(value, parseIssue)

export function parseIssue(value: unknown): Issue {
  const issue = fields(value)
  return { year: number(issue, 'year'), headline: text(issue, 'headline'), note: text(issue, 'note') }
}

const story = (from: Fields): Story => ({ ...summary(from), body: list(from.body, String) })

const summary = (from: Fields): StorySummary => ({
  slug: text(from, 'slug'),
  section: text(from, 'section'),
  title: text(from, 'title'),
  standfirst: text(from, 'standfirst'),
  byline: text(from, 'byline'),
  publishedAt: text(from, 'publishedAt'),
  coverAlt: text(from, 'coverAlt'),
  edition: number(from, 'edition'),
})
