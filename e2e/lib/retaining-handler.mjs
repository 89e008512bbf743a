// A handler that is wrong on purpose: it keeps what Next hands over, and with it the requests.
const kept = []

export default {
  async set(key, pendingEntry) {
    kept.push(await pendingEntry)
  },
}
