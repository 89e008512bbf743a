// Stores nothing: every read is a miss.
export default {
  get: async () => undefined,
  async set(key, pendingEntry) {
    await (await pendingEntry).value.cancel()
  },
  refreshTags: async () => {},
  getExpiration: async () => Infinity,
  updateTags: async () => {},
}
