// Keeps values in a Map: right on one instance, tags included, and unknown to every other.
const entries = new Map()
const invalidatedAt = new Map()

const isGone = ({ tags, timestamp }) => tags.some((tag) => (invalidatedAt.get(tag) ?? -Infinity) >= timestamp)

export default {
  async get(key) {
    const entry = entries.get(key)
    if (entry === undefined || isGone(entry)) return undefined
    return { ...entry, value: new Blob([entry.bytes]).stream() }
  },
  async set(key, pendingEntry) {
    const entry = await pendingEntry
    entries.set(key, { ...entry, bytes: await new Response(entry.value).arrayBuffer() })
  },
  refreshTags: async () => {},
  getExpiration: async (tags) => Math.max(0, ...tags.map((tag) => invalidatedAt.get(tag) ?? 0)),
  async updateTags(tags) {
    for (const tag of tags) invalidatedAt.set(tag, performance.timeOrigin + performance.now())
  },
}
