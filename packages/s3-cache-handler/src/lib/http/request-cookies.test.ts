import { describe, expect, it } from 'vitest'
import { cookiePairs } from './request-cookies.ts'

describe('the cookies of a request', () => {
  it('have it passed by, whatever they are, where nothing is said of them', () => {
    expect(cookiePairs('theme=dark', 'bypass')).toBeUndefined()
    expect(cookiePairs(null, 'bypass')).toEqual([])
    expect(cookiePairs(' ; ', 'bypass')).toEqual([])
  })

  it('make no difference where they are ignored', () => {
    expect(cookiePairs('session=1; theme=dark', 'ignore')).toEqual([])
  })

  it('tell responses apart in whatever order they come, and have it passed by where one is not named', () => {
    const policy = { vary: ['theme', 'lang'], ignore: ['_ga*'] }
    const pairs = [
      ['lang', 'de'],
      ['theme', 'a=b'],
    ]
    expect(cookiePairs('theme=a=b; lang=de; _ga=1; _ga_X=2', policy)).toEqual(pairs)
    expect(cookiePairs('lang=de;theme=a=b', policy)).toEqual(pairs)
    expect(cookiePairs('theme=a; session=1', policy)).toBeUndefined()
    expect(cookiePairs('session', policy)).toBeUndefined()
    expect(cookiePairs('_ga=1', policy)).toEqual([])
    expect(cookiePairs('theme=a', { ignore: ['theme'] })).toEqual([])
    expect(cookiePairs('theme=a', {})).toBeUndefined()
  })
})
