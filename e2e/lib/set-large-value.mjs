// Sets one large value of `use cache`, and prints how many times its size was held at once until it was stored:
// `node --expose-gc set-large-value.mjs <bytes> <handler module>`
import { randomFillSync } from 'node:crypto'
import { subscribe } from 'node:diagnostics_channel'
import { setTimeout as sleep } from 'node:timers/promises'

const [size, modulePath] = [Number(process.argv[2]), process.argv[3]]
const { default: handler } = await import(modulePath)

const CHUNK_BYTES = 64 * 1024

/** As Next hands it over: all chunks are there. None can be made smaller. */
function largeValue() {
  return new ReadableStream({
    start(controller) {
      for (let left = size; left > 0; left -= CHUNK_BYTES) {
        controller.enqueue(randomFillSync(new Uint8Array(Math.min(left, CHUNK_BYTES))))
      }
      controller.close()
    },
  })
}

let peak = 0
/** Without what is left to collect. */
function look() {
  globalThis.gc()
  peak = Math.max(peak, process.memoryUsage().arrayBuffers)
}

const events = new Set()
subscribe('s3-cache-handler:event', ({ name }) => events.add(name))

// What is loaded with the first value is no part of it.
await handler.get('["first"]', [])
look()
const before = peak
const timestamp = performance.timeOrigin + performance.now()
const entry = () => ({ value: largeValue(), tags: [], stale: 300, timestamp, expire: 3600, revalidate: 900 })
const setting = handler.set('["large"]', Promise.resolve(entry()))
while (!events.has('stored')) {
  look()
  await sleep(20)
}
await setting
console.log(`held at once: ${((peak - before) / size).toFixed(2)} times`)
process.exit(0)
