import { describe, expect, it } from 'vitest'
import { createRequestLog } from './request-log.ts'

const done = { status: 200, bytes: 3 }

describe('createRequestLog', () => {
  it('counts by operation, key prefix and key pattern, together', () => {
    const log = createRequestLog()
    for (const key of ['entries/a', 'entries/b', 'entries/b', 'tags/a']) log.begin('GetObject', key)(done)
    log.begin('PutObject', 'entries/a')(done)
    expect(log.count()).toBe(5)
    expect(log.count({ operation: 'GetObject' })).toBe(4)
    expect(log.count({ keyPrefix: 'entries/' })).toBe(4)
    expect(log.count({ operation: 'GetObject', keyPrefix: 'entries/', keyPattern: 'b$' })).toBe(2)
    expect(log.countByOperation({ keyPattern: '/a' })).toEqual({ GetObject: 2, PutObject: 1 })
    expect(log.count({ operation: 'DeleteObject' })).toBe(0)
  })

  it('counts a request as soon as it has begun, and lists it with status 0 until it is answered', () => {
    const log = createRequestLog()
    const finish = log.begin('GetObject', 'k')
    expect([log.count(), log.list()[0]?.status]).toEqual([1, 0])
    finish({ status: 404, bytes: 12 })
    expect(log.list()).toMatchObject([{ operation: 'GetObject', key: 'k', status: 404, bytes: 12 }])
  })

  it('lists the last thousand requests while its counts stay exact', () => {
    const log = createRequestLog()
    for (let i = 0; i < 3500; i++) log.begin('GetObject', `k${i}`)(done)
    expect(log.count()).toBe(3500)
    expect(log.list().map(({ key }) => key)).toEqual(Array.from({ length: 1000 }, (_, i) => `k${2500 + i}`))
  })

  it('begins anew when cleared', () => {
    const log = createRequestLog()
    log.begin('GetObject', 'k')(done)
    log.clear()
    expect([log.count(), log.list()]).toEqual([0, []])
  })

  it('names the pattern that is no regular expression', () => {
    expect(() => createRequestLog().count({ keyPattern: '(' })).toThrow('"keyPattern" must be a regular expression')
  })
})
