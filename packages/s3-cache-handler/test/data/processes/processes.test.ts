import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { localS3, openS3Endpoint, type S3Endpoint } from '../../s3-endpoint.ts'
import { startOrigin, type Origin } from './origin.ts'
import { startWorker, type Worker } from './worker.ts'

const PROCESSES = 4
let s3: S3Endpoint
let origin: Origin
let workers: Worker[] = []
let suite = 0

beforeAll(async () => {
  s3 = await openS3Endpoint('processes')
})
beforeEach(async () => {
  suite++
  origin = await startOrigin()
})
afterEach(() => {
  for (const worker of workers.splice(0)) worker.kill()
  origin.close()
  s3.s3?.faults.clear()
})
afterAll(() => s3.close())

/** So many processes with the same cache, on keys of this test alone. */
async function start(options: object = {}): Promise<Worker[]> {
  const { bucket, endpoint, region, prefix } = s3
  // What is tested is not how long a loaded machine may take.
  const place = { bucket, endpoint, region, prefix: `${prefix}${suite}/`, timeoutMs: 15_000 }
  workers = await Promise.all(Array.from({ length: PROCESSES }, () => startWorker({ ...place, ...options })))
  return workers
}

const onAll = async <T>(ask: (worker: Worker) => Promise<T[]>): Promise<T[]> =>
  (await Promise.all(workers.map(ask))).flat()

const same = <T>(length: number, value: T): T[] => Array.from({ length }, () => value)

const values = (results: readonly { readonly value?: unknown }[]): unknown[] => results.map(({ value }) => value)

describe('inc', () => {
  it('counts 200 calls of four processes exactly', async () => {
    await start()
    const results = values(await onAll((worker) => worker.call('inc', ['visits'], 50)))
    expect(results.toSorted((one, other) => Number(one) - Number(other))).toEqual(
      Array.from({ length: 200 }, (_, index) => index + 1),
    )
    await onAll((worker) => worker.call('dec', ['visits', 2], 10))
    expect(values(await onAll((worker) => worker.call('inc', ['visits', 0])))).toEqual([120, 120, 120, 120])
  })

  it('counts exactly though answers are lost of what was carried out', async (context) => {
    const { faults } = localS3(context, s3, 'faults')
    await start({ timeoutMs: 5000 })
    await workers[0]?.call('inc', ['lossy', 0])
    const fault = faults.add({
      fault: { kind: 'reset' },
      operation: 'PutObject',
      keyPattern: 'lossy',
      probability: 0.3,
    })
    const results: { readonly value?: unknown; readonly error?: unknown }[] = []
    for (let round = 0; round < 10; round++) {
      results.push(...(await onAll((worker) => worker.call('inc', ['lossy'], 5))))
    }
    expect(fault.fired).toBeGreaterThan(3)
    // By chance so many answers in a row are lost that a process stops writing, and says so: what it refuses counts nothing.
    const refused = results.filter(({ error }) => error !== undefined)
    expect(refused.filter(({ error }) => error !== 'ERR_OBJECT_STORE_PAUSED')).toEqual([])
    const counted = values(results.filter(({ error }) => error === undefined)).map(Number)
    expect(counted.length).toBeGreaterThan(100)
    expect(counted.toSorted((one, other) => one - other)).toEqual(counted.map((_, index) => index + 1))
  })
})

describe('on files that four processes share', () => {
  const directory = mkdtempSync(join(tmpdir(), 's3-cache-processes-'))
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  it('inc, add and a lock are as exact as on a bucket', async () => {
    await start({ directory })
    const counted = values(await onAll((worker) => worker.call('inc', ['visits'], 50)))
    expect(new Set(counted).size).toBe(200)
    expect(Math.max(...counted.map(Number))).toBe(200)
    const added = values(await onAll((worker) => worker.call('add', ['job', 1], 50)))
    expect(added.filter((won) => won === true)).toHaveLength(1)
    const call = { key: 'post', origin: origin.url, times: 100, options: { lock: true } }
    expect(await onAll((worker) => worker.remember(call))).toEqual(Array(400).fill('made 1'))
    expect(origin.count).toBe(1)
  })
})

describe('add', () => {
  it('lets one of 200 calls of four processes win, whose value all find', async () => {
    await start()
    const results = await Promise.all(workers.map((worker, index) => worker.call('add', ['job', `of ${index}`], 50)))
    const winners = results.flatMap((each, index) =>
      values(each)
        .filter((won) => won === true)
        .map(() => index),
    )
    expect(winners).toHaveLength(1)
    expect(values(await onAll((worker) => worker.call('get', ['job'])))).toEqual(Array(4).fill(`of ${winners[0]}`))
  })

  it('does so over an entry that has expired', async () => {
    await start()
    await workers[0]?.call('set', ['job', 'old', { ttl: '20ms' }])
    await new Promise((resolve) => setTimeout(resolve, 60))
    const results = values(await onAll((worker) => worker.call('add', ['job', 'new'], 50)))
    expect(results.filter((won) => won === true)).toHaveLength(1)
  })
})

describe('remember', () => {
  const call = (options?: object, times = 100): { key: string; origin: string; times: number; options?: object } => ({
    key: 'post',
    origin: origin.url,
    times,
    ...(options && { options }),
  })

  it('with a lock makes a value once for 400 calls of four processes', async () => {
    await start()
    const results = await onAll((worker) => worker.remember(call({ lock: true })))
    expect(results).toEqual(Array(400).fill('made 1'))
    expect(origin.count).toBe(1)
  })

  it('without one makes it once a process', async () => {
    await start()
    await onAll((worker) => worker.remember(call()))
    expect(origin.count).toBe(4)
  })

  it('with a lock makes it again, once, when its maker is killed', async () => {
    await start()
    const [first, ...others] = workers
    origin.hangOnce()
    const options = { lock: { lease: 2 } }
    const killed = first?.remember(call(options, 1)).catch(() => 'killed')
    await expect.poll(() => origin.count).toBe(1)
    const waiting = Promise.all(others.map((worker) => worker.remember(call(options))))
    first?.kill()
    expect(await killed).toBe('killed')
    expect((await waiting).flat()).toEqual(Array(300).fill('made 2'))
    expect(origin.count).toBe(2)
  })

  it('on a store that keeps to no conditions is right, and makes it once a process', async () => {
    await start({ ignoresConditions: true })
    const results = await onAll((worker) => worker.remember(call({ lock: true })))
    expect(results.filter((value) => /^made [1-4]$/.test(String(value)))).toHaveLength(400)
    expect(origin.count).toBe(4)
    expect(await Promise.all(workers.map(async (worker) => (await worker.events())['store-lacks']))).toEqual([
      1, 1, 1, 1,
    ])
    const unsupported = same(2, { error: 'ERR_UNSUPPORTED_BY_STORE' })
    expect(await workers[0]?.call('inc', ['n'], 2)).toEqual(unsupported)
    expect(await workers[0]?.call('add', ['n', 1], 2)).toEqual(unsupported)
  })
})

describe('what one process does', () => {
  it('another one sees, that has the old in memory, and asks nothing meanwhile', async (context) => {
    await start({ memoryCheckMs: 600, tagRefreshMs: 600 })
    const [one, other] = workers
    await one?.call('set', ['k', 'old', { tags: ['t'] }])
    expect(await other?.call('get', ['k'], 3)).toEqual(same(3, { value: 'old' }))
    const { requests } = localS3(context, s3, 'request counter')
    const before = requests.count({ operation: 'GetObject', keyPattern: 'entries/' })
    expect(await other?.call('get', ['k'], 500)).toEqual(same(500, { value: 'old' }))
    expect(requests.count({ operation: 'GetObject', keyPattern: 'entries/' }) - before).toBeLessThanOrEqual(1)
    await one?.call('set', ['k', 'new', { tags: ['t'] }])
    await expect.poll(() => other?.call('get', ['k']), { timeout: 2000 }).toEqual([{ value: 'new' }])
    await one?.call('revalidateTag', ['t'])
    await expect.poll(() => other?.call('get', ['k']), { timeout: 2000 }).toEqual([{}])
    await one?.call('set', ['k', 'newer'])
    await expect.poll(() => other?.call('get', ['k']), { timeout: 2000 }).toEqual([{ value: 'newer' }])
    await one?.call('delete', ['k'])
    await expect.poll(() => other?.call('get', ['k']), { timeout: 2000 }).toEqual([{}])
  })

  it('by clear another one sees, too', async () => {
    await start({ memoryCheckMs: 60_000, tagRefreshMs: 300 })
    const [one, other] = workers
    await one?.call('set', ['a/1', 1])
    await one?.call('set', ['b/1', 2])
    expect(await other?.call('getMany', [['a/1', 'b/1']])).toEqual([{ value: [1, 2] }])
    expect(await one?.call('clear', [{ prefix: 'a/' }])).toEqual([{ value: { deleted: 1 } }])
    await expect.poll(() => other?.call('has', ['a/1']), { timeout: 2000 }).toEqual([{ value: false }])
    expect(await other?.call('get', ['b/1'])).toEqual([{ value: 2 }])
  })
})
