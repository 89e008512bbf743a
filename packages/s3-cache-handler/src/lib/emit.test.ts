import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterEach, expect, it, vi } from 'vitest'
import type { CacheEvent } from './cache-events.ts'
import { createEmit } from './emit.ts'

const event: CacheEvent = { name: 'drained', left: 0, invalidationsLeft: 0 }

afterEach(() => vi.restoreAllMocks())

it('tells every listener and every subscriber of the channel', () => {
  const told: [who: string, event: unknown][] = []
  const subscriber = (message: unknown): void => void told.push(['channel', message])
  subscribe('s3-cache-handler:event', subscriber)
  createEmit([(heard) => told.push(['one', heard]), (heard) => told.push(['other', heard])])(event)
  unsubscribe('s3-cache-handler:event', subscriber)
  expect(told).toEqual([
    ['channel', event],
    ['one', event],
    ['other', event],
  ])
})

it('survives listeners that throw or reject, tells the others, and the console once', async () => {
  const error = vi.spyOn(console, 'error').mockReturnValue()
  const other = vi.fn()
  const emit = createEmit([
    () => {
      throw new Error('broken metrics')
    },
    async () => {
      throw new Error('broken promise')
    },
    other,
  ])
  for (let count = 0; count < 50; count++) emit(event)
  await new Promise((resolve) => setImmediate(resolve))
  expect(other).toHaveBeenCalledTimes(50)
  expect(error.mock.calls).toEqual([['[s3-cache-handler] "onEvent" or "logger" threw: broken metrics']])
})
