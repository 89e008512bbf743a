import { channel } from 'node:diagnostics_channel'
import { afterEach, expect, it, vi } from 'vitest'
import { type CacheEvent, EVENT_CHANNEL } from './cache-events.ts'
import { listen } from './listen.ts'

const event: CacheEvent = { name: 'cleared', deleted: 1 }

afterEach(() => vi.restoreAllMocks())

it('survives a listener that throws, says so in one line, and goes on to listen', async () => {
  const error = vi.spyOn(console, 'error').mockReturnValue()
  const heard: CacheEvent[] = []
  const end = listen((told) => {
    heard.push(told)
    throw new Error('broken exporter')
  })
  for (let count = 0; count < 3; count++) channel(EVENT_CHANNEL).publish(event)
  // Node throws what a subscriber has thrown in the next turn, where it would fail this test.
  await new Promise((resolve) => setImmediate(resolve))
  end()
  channel(EVENT_CHANNEL).publish(event)
  expect(heard).toEqual([event, event, event])
  expect(error.mock.calls).toEqual([[expect.stringContaining('could not be measured or traced: broken exporter')]])
})
