import { createStore, type Store } from './store.ts'

/** A store that outlives a reload: after one, the reader still sees what they asked for. */
export function createSessionStore<T>(key: string, parse: (stored: unknown) => T): Store<T> {
  const store = createStore(parse(read(key)))
  return {
    ...store,
    set(value) {
      write(key, value)
      store.set(value)
    },
  }
}

function read(key: string): unknown {
  if (typeof window === 'undefined') return undefined
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? 'null')
  } catch {
    return undefined
  }
}

/** A browser may refuse: then the value lives as long as the page. */
function write(key: string, value: unknown): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(value))
  } catch {}
}
