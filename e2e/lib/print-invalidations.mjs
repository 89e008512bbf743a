// Loaded into an instance by `--import`: says on its output what becomes of its invalidations.
import { subscribe } from 'node:diagnostics_channel'

subscribe('s3-cache-handler:event', (event) => {
  if (event.name === 'announced') console.log(`[announced] ${event.subjects}`)
  if (event.name === 'invalidation-failed') console.log(`[invalidation failed] ${event.error.message}`)
})
