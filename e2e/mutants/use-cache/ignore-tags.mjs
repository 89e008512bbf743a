// Keeps values without their tags, and is told no soft tags, so that no invalidation finds them.
import handler from '../../../packages/s3-cache-handler/dist/use-cache.js'

export default {
  ...handler,
  get: async (key) => await handler.get(key, []),
  set: async (key, pendingEntry) => {
    await handler.set(
      key,
      pendingEntry.then((entry) => ({ ...entry, tags: [] })),
    )
  },
}
