import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runs } from '../../../../s3-cache-handler/test/property.ts'
import { compareUtf8 } from './compare-utf8.ts'
import { listPage, type ListOptions } from './list-page.ts'
import { SortedMap } from './sorted-map.ts'

const mapOf = (keys: readonly string[]): SortedMap<true> => {
  const map = new SortedMap<true>()
  for (const key of keys) map.set(key, true)
  return map
}

const listAll = (keys: readonly string[], options: Omit<ListOptions, 'after'>): string[] => {
  const found: string[] = []
  let after: string | undefined = ''
  for (let pages = 0; after !== undefined; pages++) {
    if (pages > keys.length) throw new Error('the listing does not end')
    const page = listPage(mapOf(keys), { ...options, after })
    found.push(...page.keys, ...page.commonPrefixes)
    after = page.next
  }
  return found.toSorted(compareUtf8)
}

/** The same by brute force, over a plain list. */
const model = (keys: readonly string[], prefix: string, delimiter: string): string[] => {
  const folded = keys
    .filter((key) => key.startsWith(prefix))
    .map((key) => {
      const rest = key.slice(prefix.length)
      return delimiter !== '' && rest.includes(delimiter) ? prefix + rest.split(delimiter)[0] + delimiter : key
    })
  return [...new Set(folded)].toSorted(compareUtf8)
}

describe('listPage', () => {
  it('pages through every key and common prefix once, whatever the page size', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '-', '\uFF5E', '😀'), maxLength: 6 })
    const keys = fc.uniqueArray(
      text.filter((key) => key !== ''),
      { maxLength: 30 },
    )
    const prefix = fc.constantFrom('', 'a', 'a/', '/')
    const delimiter = fc.constantFrom('', '/', '-', 'ab')
    fc.assert(
      fc.property(keys, prefix, delimiter, fc.integer({ min: 1, max: 5 }), (keys, prefix, delimiter, maxKeys) => {
        expect(listAll(keys, { prefix, delimiter, maxKeys })).toEqual(model(keys, prefix, delimiter))
      }),
      runs(100),
    )
  })

  it('says that there is no next page when the last key fills the page', () => {
    const page = listPage(mapOf(['a', 'b']), { prefix: '', delimiter: '', after: '', maxKeys: 2 })
    expect(page).toEqual({ keys: ['a', 'b'], commonPrefixes: [] })
  })

  it('begins behind a key that need not exist', () => {
    const page = listPage(mapOf(['a', 'b', 'd']), { prefix: '', delimiter: '', after: 'c', maxKeys: 9 })
    expect(page.keys).toEqual(['d'])
  })
})

describe('compareUtf8', () => {
  it('orders texts as their UTF-8 bytes are ordered', () => {
    const text = fc.string({ unit: 'binary' })
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
      }),
      runs(100),
    )
  })
})

describe('SortedMap', () => {
  it('keeps its keys in order while keys come, change and go', () => {
    const map = mapOf(['b', 'a', 'c', 'a'])
    map.delete('b')
    map.delete('missing')
    expect([map.size, map.keyAt(0), map.keyAt(1), map.keyAt(2)]).toEqual([2, 'a', 'c', undefined])
  })
})
