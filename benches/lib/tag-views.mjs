import { createLayout } from '../../packages/s3-cache-handler/dist/lib/keys/layout.js'
import { withBreaker } from '../../packages/s3-cache-handler/dist/lib/object-store/breaker.js'
import { withDeadline } from '../../packages/s3-cache-handler/dist/lib/object-store/deadline.js'
import { withReport } from '../../packages/s3-cache-handler/dist/lib/object-store/report.js'
import { withRetry } from '../../packages/s3-cache-handler/dist/lib/object-store/retry.js'
import { createS3ObjectStore } from '../../packages/s3-cache-handler/dist/lib/object-store/s3-store.js'
import { withClock } from '../../packages/s3-cache-handler/dist/lib/object-store/store-time.js'
import { systemRuntime } from '../../packages/s3-cache-handler/dist/lib/runtime.js'
import { StoreClock } from '../../packages/s3-cache-handler/dist/lib/store-clock.js'
import { createTagView } from '../../packages/s3-cache-handler/dist/lib/tags/tag-view.js'

const TIMEOUT_MS = 10_000

/**
 * What opens views of one tag log, each as another instance would have it: composed as in `open-cache.ts`, over HTTP.
 * They share one client, whose connections are open.
 * @param {{ url: string, bucket: string, prefix: string }} where Credentials come from the environment.
 */
export function tagLogAt({ url, bucket, prefix }) {
  const layout = createLayout(prefix)
  const clock = new StoreClock(systemRuntime)
  const s3 = createS3ObjectStore({
    endpoint: url,
    bucket,
    region: 'us-east-1',
    forcePathStyle: true,
    presignedReads: true,
  })
  const timed = withClock(s3, { clock, emit: fail, monotonicMs: () => systemRuntime.monotonicMs() })
  const bounded = withDeadline(withRetry(timed, { attempts: 3, baseDelayMs: 50, budget: 100 }), TIMEOUT_MS)
  const breaker = { failures: 5, firstWaitMs: 250, maxWaitMs: 5000, probe: () => bounded.get(layout.bell) }
  const store = withReport(withBreaker(bounded, breaker), fail)
  const open = (runtime, emit, tagRefreshMs = 0) =>
    createTagView({ store, layout, clock, runtime, emit, tagRefreshMs, timeoutMs: TIMEOUT_MS })
  return {
    /** Merges nothing, so that only what is asked for is measured. */
    open: () => open({ ...systemRuntime, random: () => 1, sleep: patiently }, fail),
    /** As an instance has it, compaction included. */
    live: (emit, tagRefreshMs) => open(systemRuntime, emit, tagRefreshMs),
    /** Waits until a view that does not hesitate has merged the log's objects. */
    async compact() {
      await new Promise((resolve, reject) => {
        const emit = (event) => (event.name === 'compacted' ? resolve(event) : reject(event.error ?? event))
        void open({ ...systemRuntime, random: () => 0 }, emit).refresh()
      })
    },
    async objects() {
      const { objects } = await store.list(layout.log)
      return { count: objects.length, bytes: objects.reduce((sum, { size }) => sum + size, 0) }
    },
  }
}

/** The name of one of many tags. */
export const tagName = (number) => `product-${String(number).padStart(6, '0')}`

/**
 * Invalidates so many tags, in so many batches.
 * @param {{ invalidate: (subjects: string[]) => Promise<unknown> }} view
 */
export async function invalidateAll(view, tags, batches) {
  const size = tags / batches
  for (let batch = 0; batch < batches; batch++) {
    await view.invalidate(Array.from({ length: size }, (_, index) => `t:${tagName(batch * size + index)}`))
  }
}

/** A measurement of what failed in between would be worth nothing. */
function fail(event) {
  if (event.name === 'announced') return
  throw event.error ?? new Error(`Unexpected event "${event.name}"`)
}

/** Compaction waits for up to ten seconds: here it never comes. */
const patiently = (ms) => (ms >= TIMEOUT_MS ? new Promise(() => {}) : systemRuntime.sleep(ms))
