import { expect, it } from 'vitest'
import { etagOf, isSameEtag, md5, multipartEtag } from './etag.ts'

it('is the MD5 in quotes', () => {
  expect(etagOf(md5(Buffer.from('hello')))).toBe('"5d41402abc4b2a76b9719d911017c592"')
})

it('is of parts the MD5 of their MD5s, with their number', () => {
  const parts = ['a', 'b'].map((part) => etagOf(md5(Buffer.from(part))))
  expect(multipartEtag(parts)).toBe('"96e024ba2074fe77e8e965ba43a704be-2"')
})

it('is the same with and without its quotes', () => {
  expect([isSameEtag('"a"', ' a'), isSameEtag('W/"a"', '"a"'), isSameEtag('"a"', '"b"')]).toEqual([true, true, false])
})
