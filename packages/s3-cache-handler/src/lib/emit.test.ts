import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterEach, expect, it, vi } from 'vitest'
import type { CacheEvent } from './cache-events.ts'
import { createEmit } from './emit.ts'
import { createConsoleLogger } from './logging/console-logger.ts'

const logger = createConsoleLogger({ log: 'info', logFormat: 'text' })
const event: CacheEvent = { name: 'drained', left: 0, invalidationsLeft: 0 }

afterEach(() => vi.restoreAllMocks())

it('tells every listener and every subscriber of the channel', () => {
  const told: [who: string, event: unknown][] = []
  const subscriber = (message: unknown): void => void told.push(['channel', message])
  subscribe('s3-cache-handler:event', subscriber)
  const listeners = [
    (heard: CacheEvent) => told.push(['one', heard]),
    (heard: CacheEvent) => told.push(['other', heard]),
  ]
  createEmit(listeners, logger)(event)
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
  const broken = () => {
    throw new Error('broken metrics')
  }
  const rejecting = () => Promise.reject(new Error('broken promise'))
  const emit = createEmit([broken, rejecting, other], logger)
  for (let count = 0; count < 50; count++) emit(event)
  await new Promise((resolve) => setImmediate(resolve))
  expect(other).toHaveBeenCalledTimes(50)
  expect(error.mock.calls).toEqual([['[s3-cache-handler] "onEvent" or "logger" threw: broken metrics']])
})

it('says so in the form of all other lines', () => {
  const error = vi.spyOn(console, 'error').mockReturnValue()
  const broken = () => {
    throw new Error('broken metrics')
  }
  createEmit([broken], createConsoleLogger({ log: 'info', logFormat: 'json' }))(event)
  const lines = error.mock.calls.map(([line]) => JSON.parse(String(line)) as object)
  expect(lines).toEqual([expect.objectContaining({ level: 50, msg: '"onEvent" or "logger" threw: broken metrics' })])
})
