import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { deferred } from '../../../test/fake-store.ts'
import { runs } from '../../../test/property.ts'
import type { Entry } from '../entry.ts'
import { WriteQueue, type WriteQueueOptions } from './write-queue.ts'

interface StartedWrite {
  readonly key: string
  readonly value: unknown
  readonly finish: () => void
}

/** A queue whose writes end when the test says. An entry's size is the length of its key. */
function createQueue(options: Partial<WriteQueueOptions<Entry, void>> = {}): {
  queue: WriteQueue<Entry, void>
  started: StartedWrite[]
} {
  const started: StartedWrite[] = []
  const queue = new WriteQueue<Entry, void>({
    maxBytes: 1000,
    concurrency: 4,
    sizeOf: ({ key }) => key.length,
    write: (key, { value }) => {
      const { promise, resolve } = deferred()
      started.push({ key, value, finish: () => resolve() })
      return promise
    },
    ...options,
  })
  return { queue, started }
}

const entry = (value: unknown, bytes = 1, seen = 0): Entry => ({
  kind: 'page',
  key: '/'.repeat(bytes),
  value,
  lastModified: 0,
  seen,
  tags: [],
})

/** Lets the queue notice what ended. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const valuesOf = (started: readonly StartedWrite[]): unknown[] => started.map(({ value }) => value)

it('takes an entry in at once, and lets it be read until it is written', async () => {
  const { queue, started } = createQueue()
  expect(queue.add('k', entry('one'))).toBeInstanceOf(Promise)
  expect(queue.get('k')?.value).toBe('one')
  expect(queue.size).toBe(1)
  started[0]?.finish()
  await settle()
  expect(queue.get('k')).toBeUndefined()
  expect(queue.size).toBe(0)
})

it('writes one entry a key at a time, and then only the newest of those that waited', async () => {
  const { queue, started } = createQueue()
  void queue.add('k', entry('one'))
  void queue.add('k', entry('two'))
  void queue.add('k', entry('three'))
  expect(valuesOf(started)).toEqual(['one'])
  expect(queue.get('k')?.value).toBe('three')
  started[0]?.finish()
  await settle()
  expect(valuesOf(started)).toEqual(['one', 'three'])
  expect(queue.get('k')?.value).toBe('three')
})

it('does not let a key that is being written hold up others', () => {
  const { queue, started } = createQueue({ concurrency: 2 })
  void queue.add('a', entry('a1'))
  void queue.add('a', entry('a2'))
  void queue.add('b', entry('b1'))
  expect(valuesOf(started)).toEqual(['a1', 'b1'])
})

it('writes so many at once, and goes on in the order in which keys came', async () => {
  const { queue, started } = createQueue({ concurrency: 2 })
  void queue.add('a', entry('a'))
  void queue.add('b', entry('b'))
  void queue.add('c', entry('c'))
  void queue.add('d', entry('d'))
  void queue.add('c', entry('newer c'))
  expect(valuesOf(started)).toEqual(['a', 'b'])
  started[1]?.finish()
  await settle()
  expect(valuesOf(started)).toEqual(['a', 'b', 'newer c'])
})

describe('the bound on bytes', () => {
  it('refuses what does not fit beside what waits and what is being written', () => {
    const { queue, started } = createQueue({ maxBytes: 100, concurrency: 1 })
    expect(queue.add('a', entry('a', 60))).toBeInstanceOf(Promise)
    expect(queue.add('b', entry('b', 41))).toBeUndefined()
    expect(queue.add('b', entry('b', 40))).toBeInstanceOf(Promise)
    expect(queue.add('c', entry('c', 1))).toBeUndefined()
    expect(queue.get('c')).toBeUndefined()
    expect(valuesOf(started)).toEqual(['a'])
  })

  it('counts an entry that replaces a waiting one in its place', () => {
    const { queue } = createQueue({ maxBytes: 100, concurrency: 1 })
    void queue.add('a', entry('a', 10))
    void queue.add('b', entry('b', 80))
    expect(queue.add('b', entry('newer b', 90))).toBeInstanceOf(Promise)
    expect(queue.add('b', entry('newest b', 91))).toBeUndefined()
    expect(queue.get('b')?.value).toBe('newer b')
  })

  it('takes entries in again as others are written', async () => {
    const { queue, started } = createQueue({ maxBytes: 100 })
    void queue.add('a', entry('a', 100))
    expect(queue.add('b', entry('b', 100))).toBeUndefined()
    started[0]?.finish()
    await settle()
    expect(queue.add('b', entry('b', 100))).toBeInstanceOf(Promise)
  })
})

describe('drain', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('resolves at once when nothing is on its way', async () => {
    expect(await createQueue().queue.drain(60_000)).toBe(0)
  })

  it('resolves when all is written, what was added meanwhile included, and leaves no timer behind', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { queue, started } = createQueue()
    void queue.add('a', entry('a'))
    const drained = vi.fn()
    const drains = [queue.drain(60_000), queue.drain(60_000)]
    drains[0]?.then(drained, drained)
    void queue.add('b', entry('b'))
    started[0]?.finish()
    await settle()
    expect(drained).not.toHaveBeenCalled()
    started[1]?.finish()
    expect(await Promise.all(drains)).toEqual([0, 0])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('resolves after "timeoutMs" with the number of entries that are still on their way', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { queue } = createQueue({ concurrency: 1 })
    void queue.add('a', entry('a1'))
    void queue.add('a', entry('a2'))
    void queue.add('b', entry('b'))
    const drained = queue.drain(5000)
    const settled = vi.fn()
    drained.then(settled, settled)
    await vi.advanceTimersByTimeAsync(4999)
    expect(settled).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    expect(await drained).toBe(3)
  })
})

it('writes last for every key what was added last, whatever the order of adds and ends', async () => {
  const add = fc.record({
    kind: fc.constant('add' as const),
    key: fc.constantFrom('a', 'b', 'c', 'd'),
    bytes: fc.nat(40),
  })
  const end = fc.record({ kind: fc.constant('end' as const), which: fc.nat(9) })
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(add, end), { maxLength: 60 }), fc.integer({ min: 1, max: 3 }), runSteps),
    runs(500),
  )
})

type Step = { kind: 'add'; key: string; bytes: number } | { kind: 'end'; which: number }

async function runSteps(steps: readonly Step[], concurrency: number): Promise<void> {
  const lastAdded = new Map<string, number>()
  const lastWritten = new Map<string, unknown>()
  let running: (StartedWrite & { readonly bytes: number })[] = []
  const queue = new WriteQueue<Entry, void>({
    maxBytes: 100,
    concurrency,
    sizeOf: ({ key }) => key.length,
    write: (key, { value, seen: bytes }) => {
      const { promise, resolve } = deferred()
      expect(running.map((write) => write.key)).not.toContain(key)
      lastWritten.set(key, value)
      running.push({ key, value, bytes, finish: () => resolve() })
      return promise
    },
  })
  const endOne = async (which: number): Promise<void> => {
    const write = running[which % Math.max(1, running.length)]
    running = running.filter((other) => other !== write)
    write?.finish()
    await settle()
  }
  for (const [number, step] of steps.entries()) {
    if (step.kind === 'end') await endOne(step.which)
    else if (queue.add(step.key, entry(number, step.bytes)) !== undefined) lastAdded.set(step.key, number)
    expect(running.length).toBeLessThanOrEqual(concurrency)
    expect(running.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(100)
    for (const [key, value] of lastAdded) expect([undefined, value]).toContain(queue.get(key)?.value)
  }
  while (running.length > 0) await endOne(0)
  expect(await queue.drain(0)).toBe(0)
  expect(lastWritten).toEqual(lastAdded)
  expect(queue.add('e', entry('takes as much as at the beginning', 100))).toBeInstanceOf(Promise)
}
