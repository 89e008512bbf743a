import { expect, it } from 'vitest'
import { encodeKey } from '../keys/encode-key.ts'
import { implicitTags, isWantedPage, pagePath, spellings } from './page-path.ts'

const keyOf = (path: string): string => `/route-cache/PAGES/${'c'.repeat(64)}/$${path}`

it('reads a path out of a key as a browser asks for it', () => {
  expect(pagePath(keyOf('/blog/a'))).toBe('/blog/a')
  expect(pagePath(keyOf('/index'))).toBe('/')
  expect(pagePath(keyOf('/index/index'))).toBe('/index')
  expect(pagePath(keyOf('/indexes'))).toBe('/indexes')
  expect(pagePath('/of/another/release')).toBe('/of/another/release')
})

it('names the tags of a path as Next does, in ASCII', () => {
  expect(implicitTags('/legacy/ü')).toEqual(['_N_T_/layout', '_N_T_/legacy/%C3%BC'])
  expect(implicitTags('/')).toEqual(['_N_T_/layout', '_N_T_/', '_N_T_/index'])
})

it('names a page in the default locale also as browsers do, without the locale', () => {
  expect(implicitTags('/en/legacy', 'en')).toEqual(['_N_T_/layout', '_N_T_/en/legacy', '_N_T_/legacy'])
  expect(implicitTags('/en', 'en')).toEqual(['_N_T_/layout', '_N_T_/en', '_N_T_/', '_N_T_/index'])
  expect(implicitTags('/fr/legacy', 'en')).toEqual(['_N_T_/layout', '_N_T_/fr/legacy'])
  expect(implicitTags('/english', 'en')).toEqual(['_N_T_/layout', '_N_T_/english'])
  expect(implicitTags('/undefined')).toEqual(['_N_T_/layout', '_N_T_/undefined'])
})

it('spells a path as it may stand in a key, whatever it holds', () => {
  expect(spellings('/a b')).toEqual(['/a b', '/a%20b'])
  expect(spellings('/%C3%BC')).toEqual(['/%C3%BC', '/ü'])
  expect(spellings('/100%')).toEqual(['/100%', '/100%25'])
  expect(spellings('/\ud800')).toEqual(['/\ud800'])
})

it('finds the pages that are wanted by their encoded keys', () => {
  const is = (path: string, wanted: Parameters<typeof isWantedPage>[1]): boolean =>
    isWantedPage(encodeKey(keyOf(path)), wanted)
  expect(is('/blog/a', { kind: 'path', path: '/blog/a' })).toBe(true)
  expect(is('/blog/a/b', { kind: 'path', path: '/blog/a' })).toBe(false)
  expect(is('/ü', { kind: 'path', path: '/%C3%BC' })).toBe(true)
  expect(is('/index', { kind: 'path', path: '/' })).toBe(true)
  expect(is('/index', { kind: 'path', path: '/index' })).toBe(false)
  expect(is('/index/index', { kind: 'path', path: '/index' })).toBe(true)
  expect(is('/blog/a', { kind: 'prefix', prefix: '/blog' })).toBe(true)
  expect(is('/index', { kind: 'prefix', prefix: '/' })).toBe(true)
  expect(is('/index', { kind: 'prefix', prefix: '/in' })).toBe(false)
  expect(is('/indexes', { kind: 'prefix', prefix: '/index' })).toBe(true)
  expect(is('/index/index', { kind: 'prefix', prefix: '/index' })).toBe(true)
  expect(is('/inside', { kind: 'prefix', prefix: '/in' })).toBe(true)
  expect(isWantedPage(encodeKey('/of/another'), { kind: 'prefix', prefix: '/of/' })).toBe(true)
})
