import { randomBytes } from 'node:crypto'
import type { ActiveFault, Fault, LocalS3, RequestLog, S3Operation } from 'local-s3'
import { afterAll, beforeAll, expect, it, type TestContext, vi } from 'vitest'
import { createS3Cache, type S3Cache, type S3CacheOptions } from '../src/cache.ts'
import { closeCaches, createCacheHandler } from '../src/index.ts'
import { prometheusText, startMetrics } from '../src/telemetry.ts'
import { localS3, openS3Endpoint, type S3Endpoint } from './s3-endpoint.ts'

/** What the cache ever asks of S3; the server would count anything else as well. */
const OPERATIONS: readonly S3Operation[] = [
  'GetObject',
  'HeadObject',
  'PutObject',
  'DeleteObject',
  'DeleteObjects',
  'ListObjectsV2',
]
const KEYS = Array.from({ length: 20 }, (_, index) => `key-${index}`)
/** From 2 MB on the SDK asks whether it may send the body. */
const LARGE_BYTES = 3 * 1024 * 1024
const WAIT = { timeout: 10_000, interval: 20 }

let s3: S3Endpoint
beforeAll(async () => {
  s3 = await openS3Endpoint('telemetry-requests')
  startMetrics()
})
afterAll(() => s3.close())

type Counts = Readonly<Record<string, number>>

/** Requests since the start, by a label. */
function counted(label: 'operation' | 'status'): Counts {
  const counts: Record<string, number> = {}
  for (const [, labels = '', value] of prometheusText().matchAll(/^s3_cache_requests_total\{(.*)\} (\d+)$/gm)) {
    const name = new RegExp(`${label}="([^"]*)"`).exec(labels)?.[1] ?? ''
    counts[name] = (counts[name] ?? 0) + Number(value)
  }
  return counts
}

const differ = (after: Counts, before: Counts): Counts =>
  Object.fromEntries(
    Object.entries(after)
      .map(([name, count]) => [name, count - (before[name] ?? 0)] as const)
      .filter(([, count]) => count > 0),
  )

const served = (log: RequestLog): Counts =>
  Object.fromEntries(
    OPERATIONS.map((operation) => [operation, log.count({ operation })] as const).filter(([, count]) => count > 0),
  )

/** Resolves with what went out while `work` ran, once it is what the server has counted. */
async function expectToAgree(
  { requests }: LocalS3,
  work: () => Promise<void>,
): Promise<{ readonly byOperation: Counts; readonly byStatus: Counts }> {
  const before = { operation: counted('operation'), status: counted('status') }
  requests.clear()
  await work()
  // The last answers may be on their way, and a look at the tag log under way.
  await vi.waitFor(() => {
    const byOperation = differ(counted('operation'), before.operation)
    expect(byOperation).toEqual(served(requests))
    expect(Object.values(byOperation).reduce((sum, count) => sum + count, 0)).toBe(requests.count())
  }, WAIT)
  return {
    byOperation: differ(counted('operation'), before.operation),
    byStatus: differ(counted('status'), before.status),
  }
}

const open = (prefix: string, options: Partial<S3CacheOptions>): S3Cache => {
  const { bucket, endpoint, region } = s3
  const place = { bucket, endpoint, region, prefix: `${s3.prefix}${prefix}` }
  return createS3Cache({ ...place, memoryMaxBytes: 0, tagRefreshMs: 0, log: 'silent', ...options })
}

/** Each operation of the cache, whatever becomes of it. */
async function useAll(cache: S3Cache): Promise<void> {
  const calls: (() => Promise<unknown>)[] = [
    () => Promise.all(KEYS.map((key) => cache.set(key, { key }, { tags: ['tag'] }))),
    () => cache.getMany([...KEYS, 'none']),
    () => cache.remember('made', () => 'value'),
    () => cache.add('once', 1),
    () => cache.inc('number'),
    () => cache.keys(),
    () => cache.set('large', randomBytes(LARGE_BYTES)),
    () => cache.get('large'),
    () => cache.delete('key-1'),
    () => cache.deleteMany(['key-2', 'key-3']),
    () => cache.revalidateTag('tag'),
    () => cache.getMany(KEYS),
    () => cache.prune({ maxDeletes: 5 }),
    () => cache.clear(),
  ]
  for (const call of calls) await call().catch(() => {})
  await cache.close()
}

/** Runs `work` while requests meet a fault; tells how many did. */
async function underFault(
  { faults }: LocalS3,
  rule: { readonly fault: Fault; readonly probability?: number; readonly times?: number },
  work: () => Promise<void>,
): Promise<number> {
  const fault: ActiveFault = faults.add(rule)
  await work()
  faults.remove(fault.id)
  return fault.fired
}

const local = (context: TestContext): LocalS3 => localS3(context, s3, 'request counter')

it('counts what S3 counts, operation by operation, whichever way objects are read', async (context) => {
  const server = local(context)
  for (const presignedReads of [true, false]) {
    const cache = open(`plain-${presignedReads}/`, { presignedReads })
    const { byOperation, byStatus } = await expectToAgree(server, () => useAll(cache))
    expect(Object.keys(byOperation).toSorted()).toEqual(OPERATIONS.toSorted())
    expect(byOperation['GetObject']).toBeGreaterThan(2 * KEYS.length)
    expect(byStatus['5xx']).toBeUndefined()
  }
})

it('counts each repetition, and each refusal as one', async (context) => {
  const server = local(context)
  for (const presignedReads of [true, false]) {
    const cache = open(`refused-${presignedReads}/`, { presignedReads })
    let refused = 0
    const { byStatus } = await expectToAgree(server, async () => {
      const rule = { fault: { kind: 'status', status: 500 }, probability: 0.3, times: 30 } as const
      refused = await underFault(server, rule, async () => {
        await useAll(cache)
        await useAll(cache)
      })
    })
    expect(refused).toBe(30)
    expect(byStatus['5xx']).toBe(refused)
  }
})

it('counts what got no answer: given up, or cut off', async (context) => {
  const server = local(context)
  for (const presignedReads of [true, false]) {
    const cache = open(`unanswered-${presignedReads}/`, { presignedReads, timeoutMs: 1000 })
    await cache.get('none')
    let unanswered = 0
    const { byStatus } = await expectToAgree(server, async () => {
      unanswered += await underFault(server, { fault: { kind: 'hang' }, times: 5 }, () => useAll(cache))
      unanswered += await underFault(server, { fault: { kind: 'refuse' }, times: 9 }, () => useAll(cache))
    })
    expect(unanswered).toBe(14)
    // A slow machine may give up more.
    expect(byStatus['none']).toBeGreaterThanOrEqual(unanswered)
  }
})

it('counts an answer that broke off as an answer', async (context) => {
  const server = local(context)
  const cache = open('broken/', {})
  await expectToAgree(server, async () => {
    const cut = await underFault(server, { fault: { kind: 'reset' }, times: 6 }, () => useAll(cache))
    expect(cut).toBe(6)
  })
})

it("counts what Next's handler asks for, with its memory and its writes behind the response", async (context) => {
  const server = local(context)
  const { bucket, endpoint, region } = s3
  const options = { bucket, endpoint, region, prefix: `${s3.prefix}next/`, deployment: 'd', log: 'silent' } as const
  const Handler = createCacheHandler(options)
  const page = { kind: 'APP_PAGE', html: '<p>', headers: { 'x-next-cache-tags': 'tag' }, status: 200 }
  await expectToAgree(server, async () => {
    const rule = { fault: { kind: 'status', status: 500 }, probability: 0.4, times: 10 } as const
    const refused = await underFault(server, rule, async () => {
      for (const key of KEYS) {
        const handler = new Handler({})
        await handler.get(`/${key}`, { kind: 'APP_PAGE' })
        await handler.set(`/${key}`, page, { kind: 'APP_PAGE', cacheControl: { revalidate: 60 } })
        if (key.endsWith('5')) await handler.revalidateTag(['tag'])
      }
      await closeCaches()
    })
    expect(refused).toBe(10)
  })
})
