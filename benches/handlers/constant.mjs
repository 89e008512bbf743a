// Answers with one object for all pages, and one for all data, without looking for it: less than any handler can do.
const constants = { page: null, data: null }

export default class ConstantHandler {
  get(_key, { kind }) {
    return kind === 'FETCH' ? constants.data : constants.page
  }

  set(_key, value, { cacheControl }) {
    const name = value.kind === 'FETCH' ? 'data' : 'page'
    constants[name] ??= { value, lastModified: Date.now(), cacheControl }
  }

  revalidateTag() {}

  resetRequestCache() {}
}
