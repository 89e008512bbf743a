import { UnencodableValueError } from '../errors.ts'
import { isPlainObject } from '../plain-object.ts'
import { isWellFormed } from '../well-formed.ts'

/**
 * A value as JSON, with everything that JSON cannot hold, and every long text, moved to sections of raw bytes.
 * Arrays are forms, named by their first item; all else stands for itself:
 *
 * - `['a', …items]` array · `['m', …[key, value]]` Map · `['u']` undefined · `['n', text]` NaN, ±Infinity, -0
 * - `['s', i]` text in section i · `['b', i]` Buffer in section i · `['y', i]` other Uint8Array in section i
 */
export type ValueTree =
  | null
  | boolean
  | number
  | string
  | readonly [form: string, ...unknown[]]
  | { readonly [name: string]: ValueTree }

/** Text of this length or more goes to a section of its own, where it is neither escaped nor parsed. */
const LONG_TEXT = 256

/** Turns a value into a tree, appending its raw parts to `sections`. Throws {@link UnencodableValueError}. */
export function toTree(value: unknown, sections: Uint8Array[]): ValueTree {
  switch (typeof value) {
    case 'string':
      return textToTree(value, sections)
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : ['n', Object.is(value, -0) ? '-0' : String(value)]
    case 'undefined':
      return ['u']
    case 'object':
      return value === null ? null : objectToTree(value, sections)
    default:
      throw new UnencodableValueError(`A cache entry cannot hold a ${typeof value}`)
  }
}

/** The value that {@link toTree} was given. Throws when the tree is not one of its making. */
export function fromTree(tree: ValueTree, sections: readonly Buffer[]): unknown {
  if (tree === null || typeof tree !== 'object') return tree
  if (isForm(tree)) return formToValue(tree, sections)
  return Object.fromEntries(Object.entries(tree).map(([name, child]) => [name, fromTree(child, sections)]))
}

const isForm = (tree: ValueTree): tree is readonly [string, ...unknown[]] => Array.isArray(tree)

function textToTree(text: string, sections: Uint8Array[]): ValueTree {
  if (text.length < LONG_TEXT || !isWellFormed(text)) return text
  return ['s', sections.push(Buffer.from(text)) - 1]
}

function objectToTree(value: object, sections: Uint8Array[]): ValueTree {
  if (Array.isArray(value)) return ['a', ...Array.from(value, (item) => toTree(item, sections))]
  if (Buffer.isBuffer(value)) return ['b', sections.push(value) - 1]
  if (value instanceof Uint8Array) return ['y', sections.push(value) - 1]
  if (value instanceof Map) {
    return ['m', ...Array.from(value, ([key, item]) => [toTree(key, sections), toTree(item, sections)])]
  }
  if (!isPlainObject(value)) {
    throw new UnencodableValueError(`A cache entry cannot hold an instance of ${value.constructor.name}`)
  }
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, toTree(child, sections)]))
}

function formToValue([form, ...rest]: readonly [string, ...unknown[]], sections: readonly Buffer[]): unknown {
  switch (form) {
    case 'a':
      return rest.map((item) => fromTree(item as ValueTree, sections))
    case 'm':
      return new Map(
        (rest as [ValueTree, ValueTree][]).map(([key, item]) => [fromTree(key, sections), fromTree(item, sections)]),
      )
    case 'u':
      return undefined
    case 'n':
      return Number(rest[0])
    case 's':
      return section(sections, rest[0]).toString('utf8')
    case 'b':
      return Buffer.from(section(sections, rest[0]))
    case 'y':
      return new Uint8Array(section(sections, rest[0]))
    default:
      throw new Error(`Unknown form ${JSON.stringify(form)}`)
  }
}

function section(sections: readonly Buffer[], index: unknown): Buffer {
  const bytes = sections[index as number]
  if (bytes === undefined) throw new Error(`No section ${JSON.stringify(index)}`)
  return bytes
}
