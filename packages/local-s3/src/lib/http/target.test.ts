import { describe, expect, it } from 'vitest'
import { parseTarget } from './target.ts'

describe('parseTarget', () => {
  it('keeps dots, double slashes and plus signs of a key', () => {
    expect(parseTarget('/bucket//a/../b+c/./')).toMatchObject({ bucket: 'bucket', key: '/a/../b+c/./' })
  })

  it('decodes a key once', () => {
    expect(parseTarget('/bucket/a%2520b%3F%C3%A9').key).toBe('a%20b?é')
  })

  it('splits the query at the first question mark and each parameter at its first equals sign', () => {
    const { key, query } = parseTarget('/bucket/key?a=1=2&b&c=x+y%2Bz?')
    expect(key).toBe('key')
    expect(Object.fromEntries(query)).toEqual({ a: '1=2', b: '', c: 'x y+z?' })
  })

  it('addresses the service by a lone slash', () => {
    expect(parseTarget('/')).toMatchObject({ bucket: '', key: '' })
  })

  it('refuses a path that is not UTF-8', () => {
    expect(() => parseTarget('/bucket/%ff')).toThrow(expect.objectContaining({ code: 'InvalidURI' }))
  })
})
