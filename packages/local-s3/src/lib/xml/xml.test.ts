import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../../s3-cache-handler/test/property.ts'
import { childText, parseXml } from './parse-xml.ts'
import { xmlDocument } from './write-xml.ts'

const malformed: unknown = expect.objectContaining({ code: 'MalformedXML' })

describe('parseXml', () => {
  it('reads back any text that was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        expect(childText(parseXml(xmlDocument('Delete', [['Key', text]])), 'Key')).toBe(text)
      }),
      runs(100),
    )
  })

  it('skips the declaration, comments, attributes and white space between elements', () => {
    const document = '<?xml version="1.0"?>\n<!-- a - b --><a xmlns="x" b=\'>\'>\n <c/><c >1</c>\n</a>\n'
    expect(parseXml(document).children.map(({ name, text }) => [name, text])).toEqual([
      ['c', ''],
      ['c', '1'],
    ])
  })

  it('resolves named, decimal and hexadecimal references', () => {
    expect(parseXml('<a>&lt;&gt;&amp;&quot;&apos;&#10;&#xD;&#x1F600;</a>').text).toBe('<>&"\'\n\r😀')
  })

  it('turns raw line ends into line feeds, as XML asks', () => {
    expect(parseXml('<a>1\r\n2\r3</a>').text).toBe('1\n2\n3')
  })

  it('keeps white space at the ends of a text', () => {
    expect(parseXml('<a> 1 </a>').text).toBe(' 1 ')
  })

  it('refuses elements that are not closed, closed twice or crossed', () => {
    expect(() => parseXml('<a><b></a></b>')).toThrow(malformed)
    expect(() => parseXml('<a>')).toThrow(malformed)
    expect(() => parseXml('<a></a></a>')).toThrow(malformed)
  })

  it('refuses text outside the root, two roots and nothing', () => {
    expect(() => parseXml('<a/>x')).toThrow(malformed)
    expect(() => parseXml('<a/><b/>')).toThrow(malformed)
    expect(() => parseXml('')).toThrow(malformed)
  })

  it('refuses document types and unknown or broken references', () => {
    expect(() => parseXml('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>')).toThrow(malformed)
    expect(() => parseXml('<a>&x;</a>')).toThrow(malformed)
    expect(() => parseXml('<a>a & b</a>')).toThrow(malformed)
    expect(() => parseXml('<a>&#xD800;</a>')).toThrow(malformed)
    expect(() => parseXml('<a>&#x110000;</a>')).toThrow(malformed)
  })
})

describe('xmlDocument', () => {
  it('leaves out elements without content and writes the rest in order', () => {
    const document = xmlDocument('a', [
      ['b', undefined],
      ['c', 1],
      ['d', [['e', false]]],
    ])
    expect(document).toMatch(/<a xmlns="[^"]+"><c>1<\/c><d><e>false<\/e><\/d><\/a>$/)
  })
})
