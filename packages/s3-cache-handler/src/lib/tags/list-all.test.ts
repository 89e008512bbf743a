import { expect, it } from 'vitest'
import { fakeStore } from '../../../test/fake-store.ts'
import type { ListPage, ObjectStore } from '../object-store/object-store.ts'
import { listAll } from './list-all.ts'

/** A store whose listings are these, one after the other, each in pages of keys. */
function listing(...listings: readonly (readonly string[][])[]): ObjectStore & { readonly asked: () => number } {
  const pages = listings.flatMap((pagesOfOne) =>
    pagesOfOne.map((keys, page) => ({ keys, isLast: page === pagesOfOne.length - 1 })),
  )
  let asked = 0
  return {
    ...fakeStore(),
    asked: () => asked,
    async list(): Promise<ListPage> {
      const { keys, isLast } = pages[asked++] ?? { keys: [], isLast: true }
      const objects = keys.map((key) => ({ key, size: 0, etag: '"1"', lastModified: 0 }))
      return { objects, cursor: isLast ? undefined : 'more' }
    },
  }
}

it('takes a page as it is, and pages in the order of their keys', async () => {
  expect(await listAll(listing([['b', 'a']]), '')).toEqual(['b', 'a'])
  expect(await listAll(listing([['a', 'b'], ['c']]), '')).toEqual(['a', 'b', 'c'])
})

it('repeats a listing of several pages in no order until two in a row agree', async () => {
  const store = listing([['c'], ['a']], [['c'], ['b']], [['b'], ['a']], [['a'], ['b']])
  expect(await listAll(store, '')).toEqual(['a', 'b'])
  expect(store.asked()).toBe(8)
})

it('gives up where no two agree', async () => {
  const store = listing(...Array.from({ length: 16 }, (_, index) => [['z'], [`a${index}`]]))
  await expect(listAll(store, 'log/')).rejects.toThrow('No two of 16 listings of "log/" agree')
})
