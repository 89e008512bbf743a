import { expect, it, vi } from 'vitest'
import { deferred } from '../../../test/fake-store.ts'
import { SingleFlight } from './single-flight.ts'

it('loads once for all who ask for a key meanwhile', async () => {
  const flights = new SingleFlight<string>()
  const load = vi.fn(async () => 'value')
  expect(await Promise.all([flights.run('k', load), flights.run('k', load), flights.run('k', load)])).toEqual([
    'value',
    'value',
    'value',
  ])
  expect(load).toHaveBeenCalledTimes(1)
})

it('loads different keys apart', async () => {
  const flights = new SingleFlight<string>()
  const results = Promise.all([flights.run('a', async () => 'a'), flights.run('b', async () => 'b')])
  expect(await results).toEqual(['a', 'b'])
})

it('loads again for who asks after the end', async () => {
  const flights = new SingleFlight<number>()
  expect(await flights.run('k', async () => 1)).toBe(1)
  expect(await flights.run('k', async () => 2)).toBe(2)
})

it('fails for all who wait, and loads again for the next', async () => {
  const flights = new SingleFlight<number>()
  const fail = (): Promise<number> => Promise.reject(new Error('gone'))
  const results = await Promise.allSettled([flights.run('k', fail), flights.run('k', async () => 1)])
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await flights.run('k', async () => 2)).toBe(2)
})

it('keeps the newer of two flights when the older ends', async () => {
  const flights = new SingleFlight<string>()
  const older = deferred<string>()
  const newer = deferred<string>()
  let first: Promise<string> | undefined
  // A load that asks for its own key at once: its flight begins before the outer one is known, and is the older one.
  const second = flights.run('k', () => {
    first = flights.run('k', () => older.promise)
    return newer.promise
  })
  older.resolve('older')
  expect(await first).toBe('older')
  const load = vi.fn(async () => 'third')
  const joined = flights.run('k', load)
  newer.resolve('newer')
  expect([await second, await joined]).toEqual(['newer', 'newer'])
  expect(load).not.toHaveBeenCalled()
})
