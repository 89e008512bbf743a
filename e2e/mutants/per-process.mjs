// A handler whose store is a Map: right on one instance, and unknown to every other.
const entries = new Map()

export default class PerProcessHandler {
  async get(key) {
    return entries.get(key) ?? null
  }

  async set(key, value, { cacheControl }) {
    entries.set(key, { value, lastModified: Date.now(), cacheControl })
  }

  async revalidateTag() {}

  resetRequestCache() {}
}
