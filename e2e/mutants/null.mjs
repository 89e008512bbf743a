// A handler that stores nothing: every request is a miss.
export default class NullHandler {
  async get() {
    return null
  }

  async set() {}

  async revalidateTag() {}

  resetRequestCache() {}
}
