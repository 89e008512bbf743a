import { expect, test } from 'vitest'
import { within } from './within.ts'

function clock(): {
  signals: AbortSignal[]
  ring: () => void
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>
} {
  const signals: AbortSignal[] = []
  const bells: (() => void)[] = []
  const sleep = (_ms: number, signal?: AbortSignal): Promise<void> => {
    if (signal !== undefined) signals.push(signal)
    return new Promise((resolve, reject) => {
      bells.push(resolve)
      signal?.addEventListener('abort', () => reject(new Error('aborted')))
    })
  }
  return { signals, ring: () => bells.forEach((bell) => bell()), sleep }
}

test('what ends in time is passed on, and its timer ends with it', async () => {
  const runtime = clock()
  expect(await within({ runtime, timeoutMs: 10, late: 'late' }, Promise.resolve('done'))).toBe('done')
  expect(runtime.signals.map(({ aborted }) => aborted)).toEqual([true])
})

test('what fails in time rejects, and its timer ends with it', async () => {
  const runtime = clock()
  const failed = within({ runtime, timeoutMs: 10, late: 'late' }, Promise.reject(new Error('no')))
  await expect(failed).rejects.toThrow('no')
  expect(runtime.signals.map(({ aborted }) => aborted)).toEqual([true])
})

test('what takes longer is late, and may fail unheard', async () => {
  const runtime = clock()
  let fail = (_error: Error): void => {}
  const work = new Promise<string>((_resolve, reject) => (fail = reject))
  const answer = within({ runtime, timeoutMs: 10, late: 'late' }, work)
  runtime.ring()
  expect(await answer).toBe('late')
  fail(new Error('nobody hears'))
})
