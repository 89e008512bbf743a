import { S3Error } from '../http/errors.ts'

/** An element of a parsed document. Attributes and comments are left out: S3's requests carry no meaning in them. */
export interface XmlElement {
  readonly name: string
  readonly children: readonly XmlElement[]
  /** The text of the element itself, unescaped and untrimmed: a key may begin or end with white space. */
  readonly text: string
}

interface OpenElement {
  name: string
  children: XmlElement[]
  text: string
}

const ATTRIBUTES = String.raw`(?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*`
const TOKEN = new RegExp(
  String.raw`<!--(?:(?!--)[^])*-->|<(?<open>[A-Za-z_][\w.:-]*)${ATTRIBUTES}(?<empty>\/?)>|<\/(?<close>[A-Za-z_][\w.:-]*)\s*>|(?<text>[^<]+)`,
  'y',
)
const DECLARATION = /^\uFEFF?(?:<\?xml[^?]*\?>)?/
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Parses a small XML document strictly; throws `MalformedXML`. There are no DTDs, so no entity can expand. */
export function parseXml(document: string): XmlElement {
  const root: OpenElement = { name: '', children: [], text: '' }
  const stack: OpenElement[] = [root]
  TOKEN.lastIndex = DECLARATION.exec(document)?.[0].length ?? 0
  while (TOKEN.lastIndex < document.length) {
    const { open, empty, close, text } = TOKEN.exec(document)?.groups ?? malformed()
    const parent = stack.at(-1) ?? malformed()
    if (text !== undefined) parent.text += unescapeXml(text)
    if (open !== undefined) {
      const element: OpenElement = { name: open, children: [], text: '' }
      parent.children.push(element)
      if (empty === '') stack.push(element)
    }
    if (close !== undefined && stack.pop()?.name !== close) malformed()
  }
  const [element] = root.children
  if (stack.length !== 1 || root.children.length !== 1 || root.text.trim() !== '') malformed()
  return element ?? malformed()
}

/** The text of the child element `name`, if there is one. */
export function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text
}

/** XML 1.0 §2.11 and §4.6: line ends become `\n` before references are resolved, so `&#xD;` stays a carriage return. */
function unescapeXml(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/&([^;&]*);?/g, (reference, name: string) => {
    if (!reference.endsWith(';')) malformed()
    if (name.startsWith('#')) return codePoint(name.slice(1))
    return ENTITIES[name] ?? malformed()
  })
}

function codePoint(digits: string): string {
  if (!/^(?:x[\da-f]{1,6}|\d{1,7})$/i.test(digits)) malformed()
  const code = Number(digits.startsWith('x') ? `0${digits}` : digits)
  if (code > 0x10_ff_ff || (code >= 0xd8_00 && code <= 0xdf_ff)) malformed()
  return String.fromCodePoint(code)
}

function malformed(): never {
  throw new S3Error('MalformedXML')
}
