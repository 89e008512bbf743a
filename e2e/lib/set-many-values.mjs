// Sets many values of `use cache`, each in a request of its own, and prints how much memory the later half of them left:
// `node --expose-gc set-many-values.mjs <count> <handler module>`
import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'
import { setTimeout as sleep } from 'node:timers/promises'

const [count, modulePath] = [Number(process.argv[2]), process.argv[3]]
const { default: handler } = await import(modulePath)
const requests = new AsyncLocalStorage()
const VALUE = Buffer.alloc(1024, 'v')
const ROUNDS = 12

/** As Next does it; what the request holds is kept alive by whoever keeps its stream or its promise. */
async function setInRequest(number) {
  await requests.run({ held: Buffer.alloc(16 * 1024, number) }, async () => {
    const value = new ReadableStream({
      start(controller) {
        controller.enqueue(VALUE)
        controller.close()
      },
    })
    const timestamp = performance.timeOrigin + performance.now()
    const entry = { value, tags: [], stale: 300, timestamp, expire: 3600, revalidate: 900 }
    await handler.set(`["fn",[${number}],["b1"]]`, Promise.resolve(entry))
  })
}

const writes = { ended: 0 }
subscribe('s3-cache-handler:event', ({ name }) => {
  if (name === 'stored' || name === 'not-stored') writes.ended++
})

/** `set` returns before its PUT. A handler that never writes has nothing to wait for. */
async function settled(sets) {
  do await sleep(500)
  while (writes.ended > 0 && writes.ended < sets)
}

/** In bytes, once what was set is written and nothing is left to collect: connections and timers end a little later. */
async function used(sets) {
  await settled(sets)
  let least = Infinity
  for (let round = 0; round < ROUNDS; round++) {
    await sleep(250)
    globalThis.gc()
    const { heapUsed, external, arrayBuffers } = process.memoryUsage()
    least = Math.min(least, heapUsed + Math.max(external, arrayBuffers))
  }
  return least
}

let half = 0
for (let number = 0; number < count; number += 100) {
  await Promise.all(Array.from({ length: 100 }, (_, index) => setInRequest(number + index)))
  if (number + 100 === count / 2) half = await used(count / 2)
}
console.log(`left by the later half: ${(await used(count)) - half} bytes`)
process.exit(0)
