import { describe, expect, it } from 'vitest'
import { checkClock, judgeLatency } from './check-speed.ts'

describe('the clock', () => {
  const at = (skewMs: number): [string, string] => {
    const { severity, says } = checkClock({ skewMs: () => skewMs })
    return [severity, says]
  }

  it('may be a minute off', () => {
    expect(at(300)).toEqual(['ok', "0.3 s ahead of the bucket's"])
    expect(at(-59_000)).toEqual(['ok', "59.0 s behind the bucket's"])
  })

  it('is not known before the store has told its time', () => {
    expect(checkClock({ skewMs: () => undefined }).severity).toBe('unknown')
  })

  it('is to be mended before S3 refuses what it signs', () => {
    expect(at(60_000)[0]).toBe('warning')
    expect(at(-899_000)[0]).toBe('warning')
    expect(at(900_000)[0]).toBe('error')
  })
})

describe('the latency', () => {
  const judge = (...timesMs: number[]): string => {
    const { severity, says } = judgeLatency('reads', timesMs, 2000)
    return `${severity}: ${says}`
  }

  it('is told by percentiles, of the nearest rank', () => {
    expect(judge(...Array.from({ length: 100 }, (_, index) => 100 - index))).toBe(
      'ok: p50 50 ms, p90 90 ms, p99 99 ms of 100',
    )
    expect(judge(3.14)).toBe('ok: p50 3.1 ms, p90 3.1 ms, p99 3.1 ms of 1')
  })

  it('is too much from another region', () => {
    expect(judge(101, 101, 101)).toMatch(/^warning: p50 101 ms/)
    expect(judge(...Array<number>(50).fill(5), 1900)).toMatch(/^ok: /)
  })

  it('is too much where reads are given up', () => {
    expect(judge(...Array<number>(50).fill(5), 2001)).toMatch(/^warning: .* longer than "timeoutMs" .* of 2000 ms/)
  })
})
