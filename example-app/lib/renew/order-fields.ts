import { fields, text } from '../wire/fields.ts'
import { TAGS, type Tag } from '../wire/tags.ts'

export function tagIn(order: unknown): Tag {
  const name = text(fields(order), 'tag')
  const tag = TAGS.find((tag) => tag === name)
  if (tag === undefined) throw new TypeError(`No page has the tag “${name}”`)
  return tag
}

export function pathIn(order: unknown): string {
  const path = text(fields(order), 'path')
  if (!path.startsWith('/')) throw new TypeError(`“${path}” is not a path`)
  return path
}
