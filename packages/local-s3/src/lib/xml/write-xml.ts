const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** A child of an element: a name and its text or children; `undefined` leaves it out. */
export type XmlNode = readonly [name: string, content: XmlContent]
export type XmlContent = string | number | boolean | undefined | readonly XmlNode[]

/** A whole document with one root element in S3's namespace, or in none for errors. */
export function xmlDocument(root: string, children: readonly XmlNode[], namespace: string = S3_NAMESPACE): string {
  const attribute = namespace === '' ? '' : ` xmlns="${namespace}"`
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${children.map(writeNode).join('')}</${root}>`
}

const S3_NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'

function writeNode([name, content]: XmlNode): string {
  if (content === undefined) return ''
  return `<${name}>${typeof content === 'object' ? content.map(writeNode).join('') : escapeXml(String(content))}</${name}>`
}

/** Control characters become references, as S3 writes them: a parser would turn a raw `\r` into `\n`. */
function escapeXml(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[&<>"\u0000-\u001f\u007f-\u009f\u2028\ufffe\uffff]/g, (c) => {
    return ENTITIES[c] ?? `&#x${c.charCodeAt(0).toString(16).toUpperCase()};`
  })
}
