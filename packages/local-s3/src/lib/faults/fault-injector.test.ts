import { describe, expect, it } from 'vitest'
import { createFaultInjector } from './fault-injector.ts'
import { parseFaultRule } from './fault.ts'

const hang = { kind: 'hang' } as const
const refuse = { kind: 'refuse' } as const

describe('createFaultInjector', () => {
  it('fires for the operation and the keys of its rule only', () => {
    const faults = createFaultInjector()
    faults.add({ fault: hang, operation: 'GetObject', keyPattern: '^tags/' })
    expect(faults.take('GetObject', 'tags/a')?.fault).toEqual(hang)
    expect(faults.take('HeadObject', 'tags/a')).toBeUndefined()
    expect(faults.take('GetObject', 'entries/tags/a')).toBeUndefined()
  })

  it('fires as often as its rule says, then never, and stays in the list', () => {
    const faults = createFaultInjector()
    const active = faults.add({ fault: hang, times: 2 })
    const firings = Array.from({ length: 5 }, () => faults.take('GetObject', 'k')?.firing)
    expect(firings).toEqual([1, 2, undefined, undefined, undefined])
    expect(active.fired).toBe(2)
    expect(faults.list()).toEqual([{ id: active.id, rule: { fault: hang, times: 2 }, fired: 2 }])
  })

  it('fires with the probability of its rule', () => {
    const draws = [0.1, 0.3, 0.9]
    const faults = createFaultInjector(() => draws.shift() ?? 1)
    const { id } = faults.add({ fault: hang, probability: 0.3 })
    const fired = Array.from({ length: 4 }, () => faults.take('GetObject', 'k') !== undefined)
    expect(fired).toEqual([true, false, false, false])
    expect(faults.list().find((active) => active.id === id)?.fired).toBe(1)
  })

  it('lets the first matching rule fire, and the next once that is used up', () => {
    const faults = createFaultInjector()
    faults.add({ fault: hang, times: 1 })
    faults.add({ fault: refuse })
    const met = [faults.take('GetObject', 'k'), faults.take('GetObject', 'k')]
    expect(met).toEqual([
      { fault: hang, firing: 1 },
      { fault: refuse, firing: 1 },
    ])
  })

  it('forgets a rule that is removed, and all when cleared', () => {
    const faults = createFaultInjector()
    const first = faults.add({ fault: hang })
    faults.add({ fault: refuse })
    faults.remove(first.id)
    faults.remove('unknown')
    expect(faults.take('GetObject', 'k')?.fault).toEqual(refuse)
    faults.clear()
    expect([faults.take('GetObject', 'k'), faults.list()]).toEqual([undefined, []])
  })
})

describe('parseFaultRule', () => {
  it('keeps a complete rule as it is and drops what it does not know', () => {
    const rule = {
      fault: { kind: 'latency', ms: 5 },
      operation: 'PutObject',
      keyPattern: 'x',
      times: 0,
      probability: 1,
    }
    expect(parseFaultRule({ ...rule, more: true })).toEqual(rule)
  })

  it('takes for a status a number or the code of an error', () => {
    const faults = [
      { kind: 'status', status: 403 },
      { kind: 'status', code: 'ExpiredToken' },
    ]
    for (const fault of faults) expect(parseFaultRule({ fault })).toEqual({ fault })
  })

  it('names what is wrong with a rule', () => {
    expect(() => parseFaultRule(null)).toThrow('"rule" must be an object, got null')
    expect(() => parseFaultRule({})).toThrow('"fault" must be an object')
    expect(() => parseFaultRule({ fault: { kind: 'melt' } })).toThrow('"kind" must be latency, late, refuse')
    expect(() => parseFaultRule({ fault: { kind: 'latency', ms: -1 } })).toThrow('"ms" must be')
    expect(() => parseFaultRule({ fault: { kind: 'late' } })).toThrow('"ms" must be')
    expect(() => parseFaultRule({ fault: { kind: 'status', status: 404 } })).toThrow('"status" must be 403, 500 or 503')
    expect(() => parseFaultRule({ fault: { kind: 'drip', ms: 0.5 } })).toThrow('"ms" must be')
    expect(() => parseFaultRule({ fault: { kind: 'status', code: 'toString' } })).toThrow(
      '"code" must be an error code',
    )
    const both = { kind: 'status', status: 500, code: 'ExpiredToken' }
    expect(() => parseFaultRule({ fault: both })).toThrow('"status" must be absent beside a "code", got 500')
    expect(() => parseFaultRule({ fault: hang, operation: 'GetObjekt' })).toThrow('"operation" must be an S3 operation')
    expect(() => parseFaultRule({ fault: hang, times: 1.5 })).toThrow('"times" must be')
    expect(() => parseFaultRule({ fault: hang, probability: 2 })).toThrow('"probability" must be')
  })

  it('refuses a key pattern that is no regular expression', () => {
    expect(() => createFaultInjector().add({ fault: hang, keyPattern: '(' })).toThrow('"keyPattern" must be')
  })
})
