import type { RequestLog } from 'local-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLayout } from '../src/lib/keys/layout.ts'
import { withClock } from '../src/lib/object-store/store-time.ts'
import { systemRuntime } from '../src/lib/runtime.ts'
import { StoreClock } from '../src/lib/store-clock.ts'
import { type Subject, tagSubject } from '../src/lib/tags/subjects.ts'
import { createTagView, type TagView } from '../src/lib/tags/tag-view.ts'
import { localS3, openS3Endpoint, type S3Endpoint } from './s3-endpoint.ts'

/** As many objects for few tags as for many: what a refresh lists grows with those, and compaction keeps them few. */
const BATCHES = 4
/** The sizes in a listing have more digits where objects are larger. */
const DIGITS = 2 * BATCHES

let s3: S3Endpoint
beforeAll(async () => {
  s3 = await openS3Endpoint('tag-refresh-cost')
})
afterAll(() => s3.close())

function open(prefix: string): TagView {
  const clock = new StoreClock(systemRuntime)
  const emit = (): void => {}
  const timed = withClock(s3.store, { clock, emit, monotonicMs: () => systemRuntime.monotonicMs() })
  const layout = createLayout(s3.prefix + prefix)
  return createTagView({
    store: timed,
    layout,
    runtime: systemRuntime,
    clock,
    emit,
    tagRefreshMs: 0,
    timeoutMs: 10_000,
  })
}

const tagsFrom = (first: number, count: number): Subject[] =>
  Array.from({ length: count }, (_, index) => tagSubject(`tag-${String(first + index).padStart(6, '0')}`))

interface Cost {
  readonly operations: readonly string[]
  readonly bytes: number
}

async function costOf(view: TagView, log: RequestLog): Promise<Cost> {
  log.clear()
  await view.refresh()
  const requests = log.list()
  return {
    operations: requests.map(({ operation }) => operation),
    bytes: requests.reduce((sum, { bytes }) => sum + bytes, 0),
  }
}

/** What the looks of an instance cost: the first, one after another instance invalidated a tag, one after nothing. */
async function costsWith(
  tags: number,
  prefix: string,
  log: RequestLog,
): Promise<Record<'start' | 'changed' | 'unchanged', Cost>> {
  const writer = open(prefix)
  const size = tags / BATCHES
  for (let batch = 0; batch < BATCHES; batch++) await writer.invalidate(tagsFrom(batch * size, size))
  const reader = open(prefix)
  const start = await costOf(reader, log)
  await writer.invalidate(tagsFrom(0, 1))
  const changed = await costOf(reader, log)
  expect(reader.begin().seen).toBe(writer.begin().seen)
  return { start, changed, unchanged: await costOf(reader, log) }
}

describe('a look at the tag log', () => {
  it('costs no more after one change, and after none, however many tags were ever invalidated', async (context) => {
    const { requests: log } = localS3(context, s3, 'request counter')
    const few = await costsWith(100, 'few/', log)
    const many = await costsWith(2000, 'big/', log)
    expect(many.start.bytes - few.start.bytes).toBeGreaterThan(50_000)
    expect(many.changed.operations).toEqual(['GetObject', 'ListObjectsV2', 'GetObject'])
    expect(few.changed.operations).toEqual(many.changed.operations)
    expect(many.changed.bytes - few.changed.bytes).toBeLessThanOrEqual(DIGITS)
    expect(many.unchanged).toEqual({ operations: ['GetObject'], bytes: 0 })
    expect(few.unchanged).toEqual(many.unchanged)
  })
})
