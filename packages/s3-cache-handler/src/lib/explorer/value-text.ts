import { inspect } from 'node:util'
import { isObject } from '../is-object.ts'

/** A few bytes may stand for text of any length: what is deep is indented, and what is shared stands in each place. */
const MAX_LENGTH = 256 * 1024
/** Of what has a form of its own. */
const LEAF = { depth: 0, maxArrayLength: 64, maxStringLength: 1000, breakLength: Infinity } as const
const INDENT = '  '

/** A value for people, plain ones as JSON; undefined where that would be too long. Throws for what cannot be shown. */
export function valueText(value: unknown): string | undefined {
  let text = ''
  for (const part of partsOf(value, [])) {
    if (text.length + part.length > MAX_LENGTH) return undefined
    text += part
  }
  return text
}

/** @param around What the value is in. */
function* partsOf(value: unknown, around: readonly object[]): Generator<string> {
  if (typeof value === 'string') return yield JSON.stringify(value)
  if (!isObject(value)) return yield inspect(value)
  if (around.includes(value)) return yield '(what it is in)'
  const inside = [...around, value]
  if (Array.isArray(value)) return yield* listed('[', itemsOf(value, inside), ']', inside.length)
  if (value instanceof Map) return yield* listed('Map {', pairsOf(value, inside), '}', inside.length)
  if (value instanceof Set) return yield* listed('Set [', itemsOf([...value], inside), ']', inside.length)
  if (!isPlain(value)) return yield inspect(value, LEAF)
  return yield* listed('{', propertiesOf(value, inside), '}', inside.length)
}

type Item = Generator<string>

/** One by one, so that nothing is made of those for which there is no room. */
function* listed(begin: string, items: Iterable<Item>, end: string, depth: number): Generator<string> {
  yield begin
  let isEmpty = true
  for (const item of items) {
    yield `${isEmpty ? '' : ','}\n${INDENT.repeat(depth)}`
    yield* item
    isEmpty = false
  }
  yield isEmpty ? end : `\n${INDENT.repeat(depth - 1)}${end}`
}

function* itemsOf(values: readonly unknown[], inside: readonly object[]): Generator<Item> {
  for (const value of values) yield partsOf(value, inside)
}

function* pairsOf(map: ReadonlyMap<unknown, unknown>, inside: readonly object[]): Generator<Item> {
  for (const [key, value] of map) yield pair(partsOf(key, inside), ' => ', partsOf(value, inside))
}

function* propertiesOf(value: object, inside: readonly object[]): Generator<Item> {
  for (const [name, property] of Object.entries(value)) yield pair(partsOf(name, []), ': ', partsOf(property, inside))
}

function* pair(key: Item, between: string, value: Item): Item {
  yield* key
  yield between
  yield* value
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
