import { type DefaultTreeAdapterMap, parse } from 'parse5'

type Node = DefaultTreeAdapterMap['node']

/** An element as a browser has it after parsing. */
export interface PageElement {
  readonly tag: string
  readonly attributes: Readonly<Record<string, string>>
  /** All text within, as it is shown. */
  readonly text: string
  readonly inside: readonly PageElement[]
}

/** A page as a browser has it after parsing. */
export interface ParsedPage {
  /** In the order of the document. */
  readonly elements: readonly PageElement[]
  readonly text: string
  /** Elements of this name, which all of these attributes describe. */
  find(tag: string, attributes?: Readonly<Record<string, string>>): readonly PageElement[]
  /** Each element with the names of its attributes: what no data may change. */
  readonly structure: readonly string[]
}

export function parsePage(html: string): ParsedPage {
  const elements = childrenOf(parse(html)).flatMap(all)
  const page = elements.find(({ tag }) => tag === 'body')
  return {
    elements,
    text: page?.text ?? '',
    find: (tag, attributes = {}) =>
      elements.filter(
        (element) =>
          element.tag === tag &&
          Object.entries(attributes).every(([name, value]) => element.attributes[name] === value),
      ),
    structure: elements.map(({ tag, attributes }) => [tag, ...Object.keys(attributes)].join(' ')),
  }
}

const all = (element: PageElement): PageElement[] => [element, ...element.inside.flatMap(all)]

function childrenOf(node: Node): PageElement[] {
  if (!('childNodes' in node)) return []
  return node.childNodes.flatMap((child) => {
    if (!('tagName' in child)) return []
    const attributes = Object.fromEntries(child.attrs.map(({ name, value }) => [name, value]))
    return [{ tag: child.tagName, attributes, text: textOf(child).trim(), inside: childrenOf(child) }]
  })
}

function textOf(node: Node): string {
  if ('value' in node) return node.value
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : ''
}
