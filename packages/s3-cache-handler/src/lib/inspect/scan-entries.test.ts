import { describe, expect, it } from 'vitest'
import { createS3Cache, memoryStore } from '../../cache.ts'
import { storeEntries, type TestEntry } from '../../../test/put-entry.ts'
import { openCacheOf } from '../data/open-cache-of.ts'
import { createLayout } from '../keys/layout.ts'
import { intercept } from '../object-store/intercept.ts'
import type { ObjectOperation } from '../object-store/object-store.ts'
import { ObjectStoreError } from '../object-store/object-store-error.ts'
import type { EntryFilter } from './find-entries.ts'
import type { ListCursor } from './list-cursor.ts'
import { type Scan, scanEntries, type ScanLimits } from './scan-entries.ts'

const LIMITS: ScanLimits = { entries: 50, listings: 10, requests: 40, bytes: 10_000, bytesEach: 2000 }
const layout = createLayout('')

/** A cache with these entries, whose store refuses requests of the entries that are named. */
async function bench(entries: readonly TestEntry[], refused: Partial<Record<ObjectOperation, string>> = {}) {
  const objects = memoryStore()
  await storeEntries(objects, '', entries)
  const counts = { get: 0, head: 0 }
  const store = intercept(objects, async ({ operation, key }, run) => {
    if (!key.startsWith(layout.entries('all'))) return await run()
    if (operation === 'get' || operation === 'head') counts[operation]++
    if (!key.endsWith(refused[operation] ?? '-')) return await run()
    throw new ObjectStoreError('ERR_OBJECT_STORE_DENIED', 'was denied', { operation, key, storeCode: 'AccessDenied' })
  })
  const open = openCacheOf(createS3Cache({ store, log: 'silent', tagRefreshMs: 0 })) ?? expect.fail()
  await open.cache.tags.refresh()
  const scan = (filter: EntryFilter, more: { state?: 'fresh' | 'expired'; from?: ListCursor } = {}): Promise<Scan> =>
    scanEntries(open, { filter, ...more }, LIMITS)
  return { objects, counts, scan }
}

const data = (count: number, more: Partial<TestEntry> = {}): TestEntry[] =>
  Array.from({ length: count }, (_, index) => ({
    kind: 'data',
    key: `k${String(index).padStart(3, '0')}`,
    ...more,
  }))
const raw = (bytes: number): TestEntry['value'] => ({ raw: Buffer.alloc(bytes, 'x'), contentType: 'text/plain' })
const keysOf = ({ entries }: Scan): (string | undefined)[] => entries.map(({ key }) => key)

/** All parts of a scan, one after another. */
async function all(scan: (from?: ListCursor) => Promise<Scan>): Promise<Scan[]> {
  const scans = [await scan()]
  for (let next = scans[0]?.next; next !== undefined && scans.length < 100; next = scans.at(-1)?.next) {
    scans.push(await scan(next))
  }
  return scans
}

describe('one scan', () => {
  it('asks for no more entries than it may, also where the index names what is gone', async () => {
    const { objects, counts, scan } = await bench(data(10, { tags: ['t'] }))
    for (let gone = 0; gone < 300; gone++) {
      await objects.put(layout.index('t', layout.entry('data', { kind: 'shared' }, `gone${gone}`)), Buffer.alloc(0))
    }
    const first = await scan({ tag: 't' })
    expect(counts.head + counts.get).toBeLessThanOrEqual(LIMITS.requests)
    expect([first.entries, first.isCut]).toEqual([[], true])
    const scans = await all((from) => scan({ tag: 't' }, { from: from ?? {} }))
    expect(scans.flatMap(keysOf)).toEqual(data(10).map(({ key }) => key))
  })

  it('counts the requests for what is too large to be read', async () => {
    const { counts, scan } = await bench(data(60, { tags: ['t'], value: raw(3000) }))
    const { tooLarge, isCut } = await scan({ tag: 't' }, { state: 'fresh' })
    expect(counts).toEqual({ get: 0, head: LIMITS.requests - 1 })
    expect([tooLarge, isCut]).toEqual([LIMITS.requests - 1, true])
  })

  it('reads no more bytes than it may, and goes on with what did not fit', async () => {
    const entries = data(20, { value: raw(1900) })
    const { counts, scan } = await bench(entries)
    const scans = await all((from) => scan({}, { from: from ?? {} }))
    expect(scans.map(keysOf)).toEqual([0, 5, 10, 15].map((at) => entries.slice(at, at + 5).map(({ key }) => key)))
    expect(scans.map(({ isCut }) => isCut)).toEqual([true, true, true, false])
    expect(counts.get).toBe(entries.length)
  })
})

describe('what cannot be read', () => {
  it('is there as it was listed, and takes nothing of the others', async () => {
    const { scan } = await bench(data(3), { get: 'k001' })
    const { entries, failures } = await scan({})
    expect(entries.map((entry) => [entry.key, 'state' in entry])).toEqual([
      ['k000', true],
      ['k001', false],
      ['k002', true],
    ])
    expect(failures).toMatchObject([{ code: 'ERR_OBJECT_STORE_DENIED', key: expect.stringContaining('k001') }])
    const fresh = await scan({}, { state: 'fresh' })
    expect([keysOf(fresh), fresh.failures.length]).toEqual([['k000', 'k002'], 1])
  })

  it('is told where not even its head can be had', async () => {
    const { scan } = await bench(data(3, { tags: ['t'] }), { head: 'k001' })
    const { failures, ...found } = await scan({ tag: 't' })
    expect([keysOf({ failures, ...found }), failures.length]).toEqual([['k000', 'k002'], 1])
  })
})
